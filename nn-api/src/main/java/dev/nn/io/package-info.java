/**
 * Files of tensors in the safetensors format, read strictly and written safely: a file from a
 * stranger costs at most an {@link dev.nn.io.MalformedFileException}.
 *
 * <p>Whole models are a {@link dev.nn.Model}. Layout and limits: docs/file-formats.md.
 */
package dev.nn.io;
