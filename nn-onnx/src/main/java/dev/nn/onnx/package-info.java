/** Networks as ONNX files, written and read. */
package dev.nn.onnx;
