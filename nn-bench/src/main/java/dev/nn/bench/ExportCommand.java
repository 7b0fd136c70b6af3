package dev.nn.bench;

import dev.nn.Model;
import dev.nn.onnx.OnnxFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code export}: a saved model as a file for other programs to run. */
@Command(
    name = "export",
    description = "Write a model as an ONNX file, scalers included, for other programs to run.",
    sortOptions = false)
final class ExportCommand implements Runnable {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "A safetensors file that train --save wrote.")
  Path model;

  @Option(
      names = "--onnx",
      paramLabel = "FILE",
      required = true,
      description = "The ONNX file, created or replaced.")
  Path onnx;

  @Spec CommandSpec spec;

  @Override
  public void run() {
    ResultFile.requireFolder(spec, "--onnx", onnx);
    try {
      if (Files.exists(onnx) && Files.isSameFile(model, onnx)) {
        throw refusal("--onnx", "'" + onnx + "' is the model itself", null);
      }
      Model loaded = Model.load(model);
      ResultFile.write(spec, "--onnx", onnx, file -> OnnxFiles.write(loaded, file));
      PrintWriter out = spec.commandLine().getOut();
      out.println("network   " + loaded.network().architecture());
      out.println("written   " + onnx);
      out.flush();
    } catch (IOException e) {
      throw refusal("--model", FileProblem.of("read", e), e);
    } catch (IllegalArgumentException e) {
      throw refusal("--model", model + ": " + e.getMessage(), e); // ONNX has no such network
    }
  }

  private ParameterException refusal(String option, String problem, Exception cause) {
    return new ParameterException(
        spec.commandLine(), "Invalid value for option '" + option + "': " + problem, cause);
  }
}
