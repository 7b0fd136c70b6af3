package dev.nn.simd;

/** Vector code other than micro-kernels, as far as C2 compiles it apart. */
enum Operation {
  ADD_BIAS(4),
  EXP(25),
  RELU(4),
  SIGMOID(30),
  TANH(30),
  LEAKY_RELU(5),
  ELU(30),
  SELU(30),
  SOFTPLUS(65, EXP),
  SILU(30, SIGMOID),
  GELU(45),
  GELU_TANH(40, TANH),
  SOFTMAX_OF_ROW(30, EXP),
  SOFTMAX_OF_BLOCK(30, EXP),
  RELU_DERIVATIVE(5),
  SIGMOID_DERIVATIVE(5),
  TANH_DERIVATIVE(5),
  ELU_DERIVATIVE(6),
  SOFTPLUS_DERIVATIVE(30),
  SILU_DERIVATIVE(30, SIGMOID),
  GELU_DERIVATIVE(75, EXP),
  GELU_TANH_DERIVATIVE(50, TANH),
  SQUARED_ERROR_OF_ROW(8),
  SQUARED_ERROR_OF_BLOCK(20),
  HUBER_OF_ROW(12),
  HUBER_OF_BLOCK(24),
  LOG_LOSS_OF_ROW(90, EXP),
  LOG_LOSS_OF_BLOCK(90, EXP),
  CROSS_ENTROPY_OF_ROW(40, EXP),
  CROSS_ENTROPY_OF_BLOCK(40, EXP),
  GRADIENT_DESCENT(5),
  MOMENTUM(7),
  NESTEROV(9),
  ADAGRAD(12),
  RMS_PROP(14),
  ADAM(18),
  ADAM_W(19),
  ADJUST(10),
  NORMS(4),
  DROPOUT(60),
  NORMALIZE_ROWS(8),
  NORMALIZE_ROWS_BACKWARD(14),
  SCALE_AND_SHIFT(5),
  COLUMN_SUMS(2),
  COLUMN_DOTS(3),
  NORMALIZE_COLUMNS(13, COLUMN_DOTS),
  NORMALIZE_COLUMNS_BACKWARD(9),
  TRANSPOSE(6),
  COPY(2),
  TILES(2);

  private final int vectors;
  private final Operation part;

  Operation(int vectors) {
    this(vectors, null);
  }

  Operation(int vectors, Operation part) {
    this.vectors = vectors;
    this.part = part;
  }

  /** Operations of the Vector API on each vector of elements, roughly. */
  int vectors() {
    return vectors;
  }

  /** What is part of it and should be compiled before; null if there is nothing. */
  Operation part() {
    return part;
  }
}
