package dev.nn.check;

import dev.nn.Activation;
import dev.nn.contract.PlainBackend;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A backend that is right but for what a fault does after one operation. */
final class Faulty implements Backend {
  private final Backend right = PlainBackend.alone();
  private final String operation;
  private final int outputs;
  private final Fault fault;

  /** Changes the arrays that an operation has written. */
  @FunctionalInterface
  interface Fault {
    void spoil(Object[] arguments);
  }

  /**
   * A faulty backend.
   *
   * @param operation of a layer or the kernels, by name
   * @param outputs of the layers that are faulty; not regarded for kernels
   */
  Faulty(String operation, int outputs, Fault fault) {
    this.operation = operation;
    this.outputs = outputs;
    this.fault = fault;
  }

  private <T> T spoiled(Class<T> type, T from, boolean isFaulty) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(from, arguments);
                if (isFaulty && method.getName().equals(operation)) {
                  fault.spoil(arguments);
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Override
  public String id() {
    return "faulty";
  }

  @Override
  public String description() {
    return "wrong on purpose";
  }

  @Override
  public Kernels kernels() {
    return spoiled(Kernels.class, right.kernels(), true);
  }

  @Override
  public DenseLayer dense(int inputs, int outputs, Activation activation) {
    return spoiled(
        DenseLayer.class, right.dense(inputs, outputs, activation), outputs == this.outputs);
  }

  @Override
  public Workspace workspace(Workers workers) {
    return right.workspace(workers);
  }
}
