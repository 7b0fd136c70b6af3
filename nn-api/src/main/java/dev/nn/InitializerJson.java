package dev.nn;

import dev.nn.json.JsonException;
import dev.nn.json.JsonReader;
import dev.nn.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What files call an {@link Initializer}: {@code "he"}, or with its figure {@code {"normal":0.01}}.
 */
final class InitializerJson {
  /** An application's own, of which a file has nothing but that it was one. */
  private static final String CUSTOM = "custom";

  private InitializerJson() {}

  /** Those without a figure. */
  private static Map<String, Initializer> plain() {
    Map<String, Initializer> plain = new LinkedHashMap<>();
    plain.put("xavier", Initializer.xavier());
    plain.put("xavier_uniform", Initializer.xavierUniform());
    plain.put("he", Initializer.he());
    plain.put("he_uniform", Initializer.heUniform());
    plain.put("lecun", Initializer.lecun());
    plain.put("lecun_uniform", Initializer.lecunUniform());
    plain.put(CUSTOM, new Initializers.Unsaved());
    return plain;
  }

  static void write(Initializer initializer, JsonWriter json) {
    if (initializer instanceof Initializers.Constant constant) {
      write("constant", constant.value(), json);
    } else if (initializer instanceof Initializers.Normal normal) {
      write("normal", normal.standardDeviation(), json);
    } else if (initializer instanceof Initializers.Uniform uniform) {
      write("uniform", uniform.limit(), json);
    } else if (initializer instanceof Initializers.Orthogonal orthogonal) {
      write("orthogonal", orthogonal.gain(), json);
    } else {
      json.value(
          plain().entrySet().stream()
              .filter(entry -> entry.getValue().equals(initializer))
              .map(Map.Entry::getKey)
              .findFirst()
              .orElse(CUSTOM));
    }
  }

  private static void write(String name, double figure, JsonWriter json) {
    json.openObject().key(name).value(figure).closeObject();
  }

  static Initializer read(JsonReader json) throws JsonException {
    if (json.isString()) {
      String name = json.string();
      Initializer initializer = plain().get(name);
      if (initializer == null) {
        throw unknown(name, json);
      }
      return initializer;
    }
    json.openObject();
    String name = json.nextKey();
    if (name == null) {
      throw json.error("expected the name of an initializer");
    }
    Initializer initializer =
        switch (name) {
          case "constant" -> Initializer.constant((float) json.number());
          case "normal" -> Initializer.normal(json.number());
          case "uniform" -> Initializer.uniform(json.number());
          case "orthogonal" -> Initializer.orthogonal(json.number());
          default -> throw unknown(name, json);
        };
    json.closeObject();
    return initializer;
  }

  private static JsonException unknown(String name, JsonReader json) {
    return json.error(
        "initializer "
            + JsonReader.quote(name)
            + ", known: "
            + String.join(", ", plain().keySet())
            + "; with a figure: constant, normal, uniform, orthogonal");
  }
}
