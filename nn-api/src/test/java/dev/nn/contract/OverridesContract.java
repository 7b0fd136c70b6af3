package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workers;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Nothing is inherited by accident: a backend implements every operation in its own package. */
public abstract class OverridesContract extends BackendContract {
  @Test
  void everyOperationIsTheBackendsOwn() {
    Backend backend = backend();
    check(Backend.class, backend);
    check(Kernels.class, backend.kernels());
    for (Activation activation : Activation.values()) {
      for (int[] size : new int[][] {{1, 1}, {3, 40}, {1000, 2}, {300, 300}}) {
        check(DenseLayer.class, backend.dense(size[0], size[1], activation));
      }
    }
  }

  private void check(Class<?> operations, Object implementation) {
    String own = backend().getClass().getPackageName();
    TreeMap<String, String> declared = new TreeMap<>();
    TreeMap<String, String> expected = new TreeMap<>();
    for (Method operation : operations.getMethods()) {
      String name = operation.getName() + Arrays.toString(operation.getParameterTypes());
      declared.put(name, declaringPackage(implementation, operation));
      expected.put(name, own);
    }
    assertTrue(declared.size() >= 5, () -> operations + " has operations " + declared.keySet());
    assertEquals(
        expected,
        declared,
        () -> implementation.getClass() + " gets operations of " + operations + " from elsewhere");
  }

  private static String declaringPackage(Object implementation, Method operation) {
    try {
      return implementation
          .getClass()
          .getMethod(operation.getName(), operation.getParameterTypes())
          .getDeclaringClass()
          .getPackageName();
    } catch (NoSuchMethodException e) {
      return "nowhere";
    }
  }

  @Test
  void aBackendSaysWhatItIs() {
    Backend backend = backend();
    assertTrue(backend.id().matches("[a-z]+"), backend::id);
    assertTrue(backend.description().matches("\\S.*"), backend::description);
    try (Workers workers = Workers.of(2)) {
      assertSame(workers, backend.workspace(workers).workers());
    }
    assertSame(Workers.caller(), backend.workspace(Workers.caller()).workers());
  }

  @Test
  void theKernelsAreAlwaysTheSameOnes() {
    Backend backend = backend();
    assertSame(backend.kernels(), backend.kernels());
  }
}
