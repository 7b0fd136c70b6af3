/** Fully connected neural networks: the interfaces, the engine, and the seam to backends. */
module dev.nn.api {
  exports dev.nn;
  exports dev.nn.check;
  exports dev.nn.data;
  exports dev.nn.io;
  exports dev.nn.metrics;
  exports dev.nn.spi;
  exports dev.nn.train;

  uses dev.nn.spi.BackendProvider;
}
