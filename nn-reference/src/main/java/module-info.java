/** The naive scalar backend. */
module dev.nn.reference {
  requires dev.nn.api;

  provides dev.nn.spi.BackendProvider with
      dev.nn.reference.ReferenceBackendProvider;
}
