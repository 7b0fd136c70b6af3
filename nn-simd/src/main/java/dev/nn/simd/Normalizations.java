package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Reductions.ROW_LANES;
import static dev.nn.simd.Species.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Rows or columns to mean 0 and variance 1, forward and backward. Rows whose length is a multiple
 * of 16 stay where they are, others go through a copy that ends with zeros. Columns are passed row
 * by row.
 */
final class Normalizations {
  private Normalizations() {}

  /** {@code zHat = (z - mean) r} of rows in place, {@code r = 1 / sqrt(variance + epsilon)}. */
  static void rows(
      int rows,
      int n,
      float[] z,
      int zo,
      int zs,
      float epsilon,
      float[] r,
      int ro,
      Scratch scratch) {
    int padded = Blocks.roundUp(n, ROW_LANES);
    float[] row = scratch.rows(padded + ROW_LANES);
    for (int i = 0; i < rows; i++) {
      int at = zo + i * zs;
      if (padded == n) {
        r[ro + i] = row(n, n, z, at, epsilon, row, padded);
      } else {
        System.arraycopy(z, at, row, 0, n);
        Arrays.fill(row, n, padded, 0f);
        r[ro + i] = row(n, padded, row, 0, epsilon, row, padded);
        System.arraycopy(row, 0, z, at, n);
      }
    }
  }

  /** One row of n elements and zeros; 16 elements of {@code lanes} are overwritten. Returns r. */
  private static float row(
      int n, int padded, float[] z, int zo, float epsilon, float[] lanes, int lo) {
    float mean = Reductions.sumOfBlocks(padded, z, zo, lanes, lo) / n;
    OutputLosses.subtract(padded, z, zo, mean);
    Arrays.fill(z, zo + n, zo + padded, 0f);
    float r = inverseDeviation(sumOfSquares(padded, z, zo, lanes, lo) / n, epsilon);
    multiply(padded, z, zo, r);
    return r;
  }

  /** {@code r = 1 / sqrt(v + epsilon)}; NaN, not 0, if the variance has overflowed. */
  static float inverseDeviation(float variance, float epsilon) {
    float w = variance + epsilon;
    return w < Float.POSITIVE_INFINITY ? 1 / (float) Math.sqrt(w) : Float.NaN;
  }

  /** {@code sum_j x[j]^2} by the 16-lane rule; the length is a multiple of 16. */
  private static float sumOfSquares(int length, float[] x, int xo, float[] lanes, int lo) {
    for (int l = 0; l < ROW_LANES; l += LANES) {
      FloatVector lane = FloatVector.zero(FLOATS);
      for (int j = l; j < length; j += ROW_LANES) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, xo + j);
        lane = v.fma(v, lane);
      }
      lane.intoArray(lanes, lo + l);
    }
    return Reductions.total(lanes, lo);
  }

  private static void multiply(int length, float[] x, int xo, float value) {
    FloatVector factor = FloatVector.broadcast(FLOATS, value);
    for (int j = 0; j < length; j += LANES) {
      FloatVector.fromArray(FLOATS, x, xo + j).mul(factor).intoArray(x, xo + j);
    }
  }

  /**
   * {@code d_j = r fma(-zHat_j, q, h_j - p)} of rows in place, {@code h_j = d_j gamma_j}, {@code p
   * = (sum_j h_j) / n}, {@code q = (sum_j h_j zHat_j) / n}.
   */
  static void rowsBackward(
      int rows,
      int n,
      float[] zHat,
      int zo,
      int zs,
      float[] r,
      int ro,
      float[] gamma,
      int go,
      float[] d,
      int dO,
      int ds,
      Scratch scratch) {
    int padded = Blocks.roundUp(n, ROW_LANES);
    float[] row = scratch.outputRows(OutputLosses.scratchLength(n));
    int copyOfD = padded;
    int copyOfZ = 2 * padded;
    int lanes = 3 * padded;
    if (padded != n) {
      System.arraycopy(gamma, go, row, 0, n);
      Arrays.fill(row, n, padded, 0f);
      Arrays.fill(row, copyOfZ + n, copyOfZ + padded, 0f);
    }
    for (int i = 0; i < rows; i++) {
      int zi = zo + i * zs;
      int di = dO + i * ds;
      if (padded == n) {
        rowBackward(n, n, zHat, zi, r[ro + i], gamma, go, d, di, row, lanes);
      } else {
        System.arraycopy(d, di, row, copyOfD, n);
        Arrays.fill(row, copyOfD + n, copyOfD + padded, 0f);
        System.arraycopy(zHat, zi, row, copyOfZ, n);
        rowBackward(n, padded, row, copyOfZ, r[ro + i], row, 0, row, copyOfD, row, lanes);
        System.arraycopy(row, copyOfD, d, di, n);
      }
    }
  }

  /** One row of n elements and zeros; 32 elements of {@code lanes} are overwritten. */
  private static void rowBackward(
      int n,
      int padded,
      float[] zHat,
      int zo,
      float r,
      float[] gamma,
      int go,
      float[] d,
      int dO,
      float[] lanes,
      int lo) {
    for (int l = 0; l < ROW_LANES; l += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      FloatVector dot = FloatVector.zero(FLOATS);
      for (int j = l; j < padded; j += ROW_LANES) {
        FloatVector h =
            FloatVector.fromArray(FLOATS, d, dO + j)
                .mul(FloatVector.fromArray(FLOATS, gamma, go + j));
        sum = sum.add(h);
        dot = h.fma(FloatVector.fromArray(FLOATS, zHat, zo + j), dot);
      }
      sum.intoArray(lanes, lo + l);
      dot.intoArray(lanes, lo + ROW_LANES + l);
    }
    FloatVector p = FloatVector.broadcast(FLOATS, Reductions.total(lanes, lo) / n);
    FloatVector q = FloatVector.broadcast(FLOATS, Reductions.total(lanes, lo + ROW_LANES) / n);
    FloatVector factor = FloatVector.broadcast(FLOATS, r);
    for (int j = 0; j < padded; j += LANES) {
      FloatVector h =
          FloatVector.fromArray(FLOATS, d, dO + j)
              .mul(FloatVector.fromArray(FLOATS, gamma, go + j));
      FloatVector minusZ = FloatVector.fromArray(FLOATS, zHat, zo + j).neg();
      minusZ.fma(q, h.sub(p)).mul(factor).intoArray(d, dO + j);
    }
  }

  /** {@code zHat = (z - mean) r} of columns in place, {@code r = 1 / sqrt(variance + epsilon)}. */
  static void columns(
      int rows,
      int columns,
      float[] z,
      int zo,
      int zs,
      float epsilon,
      float[] mean,
      int mo,
      float[] variance,
      int vo,
      float[] r,
      int ro,
      Scratch scratch) {
    Reductions.columnSums(rows, columns, z, zo, zs, mean, mo, scratch);
    for (int j = mo; j < mo + columns; j++) {
      mean[j] /= rows;
    }
    for (int i = 0; i < rows; i++) {
      subtract(columns, z, zo + i * zs, mean, mo);
    }
    Reductions.columnDots(rows, columns, z, zo, zs, z, zo, zs, variance, vo, scratch);
    for (int j = 0; j < columns; j++) {
      variance[vo + j] /= rows;
      r[ro + j] = inverseDeviation(variance[vo + j], epsilon);
    }
    for (int i = 0; i < rows; i++) {
      multiply(columns, z, zo + i * zs, r, ro);
    }
  }

  /** {@code x[j] = x[j] - y[j]} of any length. */
  private static void subtract(int length, float[] x, int xo, float[] y, int yo) {
    int whole = length - length % LANES;
    for (int j = 0; j < whole; j += LANES) {
      FloatVector.fromArray(FLOATS, x, xo + j)
          .sub(FloatVector.fromArray(FLOATS, y, yo + j))
          .intoArray(x, xo + j);
    }
    for (int j = whole; j < length; j++) {
      x[xo + j] -= y[yo + j];
    }
  }

  /** {@code x[j] = x[j] y[j]} of any length. */
  private static void multiply(int length, float[] x, int xo, float[] y, int yo) {
    int whole = length - length % LANES;
    for (int j = 0; j < whole; j += LANES) {
      FloatVector.fromArray(FLOATS, x, xo + j)
          .mul(FloatVector.fromArray(FLOATS, y, yo + j))
          .intoArray(x, xo + j);
    }
    for (int j = whole; j < length; j++) {
      x[xo + j] *= y[yo + j];
    }
  }

  /**
   * {@code d_i = (gamma r) fma(-zHat_i, q, d_i - p)} of columns in place, {@code p = dbeta / n},
   * {@code q = dgamma / n}, n being the rows.
   */
  static void columnsBackward(
      int rows,
      int columns,
      float[] zHat,
      int zo,
      int zs,
      float[] r,
      int ro,
      float[] gamma,
      int go,
      float[] dGamma,
      int dgo,
      float[] dBeta,
      int dbo,
      float[] d,
      int dO,
      int ds,
      Scratch scratch) {
    int padded = Blocks.roundUp(columns, ROW_LANES);
    float[] factors = scratch.outputRows(OutputLosses.scratchLength(columns));
    for (int j = 0; j < columns; j++) {
      factors[j] = gamma[go + j] * r[ro + j];
      factors[padded + j] = dBeta[dbo + j] / rows;
      factors[2 * padded + j] = dGamma[dgo + j] / rows;
    }
    for (int i = 0; i < rows; i++) {
      columnsBackward(columns, padded, zHat, zo + i * zs, factors, d, dO + i * ds);
    }
  }

  /** One row; the factors of all columns, their p and their q stand {@code padded} apart. */
  private static void columnsBackward(
      int columns, int padded, float[] zHat, int zo, float[] factors, float[] d, int dO) {
    int whole = columns - columns % LANES;
    for (int j = 0; j < whole; j += LANES) {
      FloatVector minusZ = FloatVector.fromArray(FLOATS, zHat, zo + j).neg();
      FloatVector difference =
          FloatVector.fromArray(FLOATS, d, dO + j)
              .sub(FloatVector.fromArray(FLOATS, factors, padded + j));
      minusZ
          .fma(FloatVector.fromArray(FLOATS, factors, 2 * padded + j), difference)
          .mul(FloatVector.fromArray(FLOATS, factors, j))
          .intoArray(d, dO + j);
    }
    for (int j = whole; j < columns; j++) {
      float difference = d[dO + j] - factors[padded + j];
      d[dO + j] = factors[j] * Math.fma(-zHat[zo + j], factors[2 * padded + j], difference);
    }
  }

  /** {@code y[i][j] = fma(gamma[j], x[i][j], beta[j])}. */
  static void scaleAndShift(
      int rows,
      int columns,
      float[] x,
      int xo,
      int xs,
      float[] gamma,
      int go,
      float[] beta,
      int bo,
      float[] y,
      int yo,
      int ys) {
    int whole = columns - columns % LANES;
    for (int i = 0; i < rows; i++) {
      int xi = xo + i * xs;
      int yi = yo + i * ys;
      scaleAndShift(whole, x, xi, gamma, go, beta, bo, y, yi);
      for (int j = whole; j < columns; j++) {
        y[yi + j] = Math.fma(gamma[go + j], x[xi + j], beta[bo + j]);
      }
    }
  }

  private static void scaleAndShift(
      int length,
      float[] x,
      int xo,
      float[] gamma,
      int go,
      float[] beta,
      int bo,
      float[] y,
      int yo) {
    for (int j = 0; j < length; j += LANES) {
      FloatVector.fromArray(FLOATS, gamma, go + j)
          .fma(
              FloatVector.fromArray(FLOATS, x, xo + j), FloatVector.fromArray(FLOATS, beta, bo + j))
          .intoArray(y, yo + j);
    }
  }
}
