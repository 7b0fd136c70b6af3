/** Networks as ONNX files. */
package dev.nn.onnx;
