/** Training: gradient descent over epochs, its history, and evaluation. */
package dev.nn.train;
