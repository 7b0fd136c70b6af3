/** Fully connected networks: architecture, parameters, prediction and backpropagation. */
package dev.nn;
