/** The backend on the Vector API. */
module dev.nn.simd {
  requires dev.nn.api;
  requires jdk.incubator.vector;

  provides dev.nn.spi.BackendProvider with
      dev.nn.simd.SimdBackendProvider,
      dev.nn.simd.PortableBackendProvider;
}
