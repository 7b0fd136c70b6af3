package dev.nn.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.nn.Architecture;
import dev.nn.Model;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.data.FeatureScaler;
import dev.nn.io.MalformedFileException;
import dev.nn.onnx.proto.ModelProto;
import dev.nn.onnx.proto.OperatorSetIdProto;
import dev.nn.onnx.proto.StringStringEntryProto;
import dev.nn.spi.Backend;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A network from the messages of a model, whoever wrote them. */
final class OnnxReader {
  private OnnxReader() {}

  static Model read(Path file, Backend backend) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a directory");
    }
    if (Files.size(file) > Integer.MAX_VALUE - 8) {
      throw Place.of(file).error("it has " + Files.size(file) + " bytes, allowed: less than 2 GiB");
    }
    return read(file, Files.readAllBytes(file), backend);
  }

  /** Takes the bytes over. */
  static Model read(Path file, byte[] content, Backend backend) throws MalformedFileException {
    Place place = Place.of(file);
    ModelProto model = parse(content, place);
    requireOperators(model, place);
    if (!model.hasGraph()) {
      throw place.error("no ONNX model: it has no graph");
    }
    Chain chain = Chain.of(model.getGraph(), place);
    Network network = network(chain.layers(), backend, place);
    try {
      Optional<FeatureScaler> scaler = chain.prelude().scaler(network.architecture().inputs());
      return new Model(network, scaler, Optional.empty(), outputNames(model));
    } catch (IllegalArgumentException e) {
      throw place.error(e.getMessage(), e);
    }
  }

  private static ModelProto parse(byte[] content, Place place) throws MalformedFileException {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(content);
    try {
      WireLimits.check(bytes.newCodedInput(), ModelProto.getDescriptor());
      CodedInputStream in = bytes.newCodedInput();
      in.enableAliasing(true); // parameters stay where they are
      return ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw place.error("no ONNX model, or damaged: " + e.getMessage(), e);
    }
  }

  private static void requireOperators(ModelProto model, Place place)
      throws MalformedFileException {
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        if (set.getVersion() < Format.LEAST_OPERATORS) {
          throw place.error(
              "its operators are of version "
                  + set.getVersion()
                  + ", allowed: "
                  + Format.LEAST_OPERATORS
                  + " and later");
        }
        return;
      }
    }
    throw place.error("no ONNX model: it does not tell the version of its operators");
  }

  private static Network network(List<Chain.Layer> layers, Backend backend, Place place)
      throws MalformedFileException {
    Network network;
    try {
      Architecture architecture = Architecture.input(layers.get(0).linear().inputs());
      for (Chain.Layer layer : layers) {
        architecture = architecture.dense(layer.linear().outputs(), layer.activation());
        Optional<LinearLayer.Normalized> normalized = layer.linear().normalized();
        if (normalized.isPresent()) {
          double epsilon = Double.parseDouble(Float.toString(normalized.get().epsilon));
          architecture = architecture.normalize(Normalization.layer(epsilon));
        }
      }
      network = Network.initialize(architecture, 0, backend);
    } catch (IllegalArgumentException e) {
      throw place.error(e.getMessage(), e);
    }
    for (int l = 1; l <= layers.size(); l++) {
      LinearLayer linear = layers.get(l - 1).linear();
      try {
        network.setParameters(l, linear.weights(), linear.bias());
        if (linear.normalized().isPresent()) {
          LinearLayer.Normalized normalized = linear.normalized().get();
          network.setNormalization(l, normalized.gamma, normalized.beta);
        }
      } catch (IllegalArgumentException e) {
        throw place.error("layer " + l + ": " + e.getMessage(), e);
      }
    }
    return network;
  }

  private static List<String> outputNames(ModelProto model) {
    Map<String, String> metadata = new HashMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    List<String> names = new ArrayList<>();
    String name = metadata.get(Format.OUTPUT_NAME + 0);
    while (name != null) {
      names.add(name);
      name = metadata.get(Format.OUTPUT_NAME + names.size());
    }
    return names;
  }
}
