/** How good predictions are: reports and figures for classification and regression. */
package dev.nn.metrics;
