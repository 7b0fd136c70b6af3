/**
 * The SIMD backend, on {@code jdk.incubator.vector}: the only package that imports the incubator
 * module.
 *
 * <p>The terms are those of BLIS: micro-kernel, panel, MR, NR, KC, pack.
 */
package dev.nn.simd;
