package dev.nn.bench;

/** How the operands of a matrix product are stored: N as they are, T transposed. */
public enum Layout {
  /** {@code C = A B}. */
  NN(false, false),
  /** {@code C = A B^T}: forward propagation, {@code z = x W^T}. */
  NT(false, true),
  /** {@code C = A^T B}: the gradient, {@code dW = delta^T x}. */
  TN(true, false);

  private final boolean transposeA;
  private final boolean transposeB;

  Layout(boolean transposeA, boolean transposeB) {
    this.transposeA = transposeA;
    this.transposeB = transposeB;
  }

  boolean transposeA() {
    return transposeA;
  }

  boolean transposeB() {
    return transposeB;
  }

  /** Distance between the stored rows of A. */
  int strideOfA(GemmShape shape) {
    return transposeA ? shape.m() : shape.k();
  }

  /** Distance between the stored rows of B. */
  int strideOfB(GemmShape shape) {
    return transposeB ? shape.k() : shape.n();
  }

  /** Position of op(A)[i][p]. */
  int indexOfA(GemmShape shape, int i, int p) {
    return transposeA ? p * shape.m() + i : i * shape.k() + p;
  }

  /** Position of op(B)[p][j]. */
  int indexOfB(GemmShape shape, int p, int j) {
    return transposeB ? j * shape.k() + p : p * shape.n() + j;
  }
}
