/**
 * The command line ({@link dev.nn.bench.Main}) and the JMH benchmarks. An application, not a
 * library: nothing here is meant to be called from elsewhere.
 */
package dev.nn.bench;
