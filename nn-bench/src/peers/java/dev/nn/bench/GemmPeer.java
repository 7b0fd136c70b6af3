package dev.nn.bench;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;

import dev.ludovic.netlib.blas.JavaBLAS;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.mkl.global.mkl_rt;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.ejml.EjmlVersion;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * The libraries that {@link GemmPeersBenchmark} compares with.
 *
 * <p>Each is opened before it is used, in the order of the constants: it loads its native code,
 * sets its threads, and fails if it cannot.
 */
enum GemmPeer {
  /** OpenBLAS, which chooses its kernels by the processor. */
  OPENBLAS(true) {
    @Override
    String open(int threads) {
      openblas_nolapack.blas_set_num_threads(threads);
      return openblas_nolapack.OPENBLAS_VERSION.strip();
    }

    @Override
    Runnable product(GemmOperands x) {
      return cblas(x, openblas_nolapack::cblas_sgemm);
    }
  },

  /**
   * Intel's MKL: before oneDNN, since its OpenMP is not found once that has brought another one,
   * and after OpenBLAS, whose calls would otherwise end in MKL's functions of the same names.
   */
  MKL(true) {
    @Override
    String open(int threads) {
      mkl_rt.MKL_Set_Threading_Layer(mkl_rt.MKL_THREADING_INTEL);
      mkl_rt.MKL_Set_Dynamic(0);
      mkl_rt.MKL_Set_Num_Threads(threads);
      byte[] version = new byte[198];
      mkl_rt.MKL_Get_Version_String(version, version.length);
      return new String(version, StandardCharsets.US_ASCII).split("\0", 2)[0].strip();
    }

    @Override
    Runnable product(GemmOperands x) {
      return cblas(x, mkl_rt::cblas_sgemm);
    }
  },

  /** oneDNN, which generates its kernels; its threads are OpenMP's: OMP_NUM_THREADS. */
  ONEDNN(true) {
    @Override
    String open(int threads) {
      dnnl_version_t version = dnnl.dnnl_version();
      return "oneDNN "
          + version.major()
          + "."
          + version.minor()
          + "."
          + version.patch()
          + ", "
          + dnnl.get_effective_cpu_isa();
    }

    @Override
    Runnable product(GemmOperands x) {
      byte transposeA = (byte) (x.layout.transposeA() ? 'T' : 'N');
      byte transposeB = (byte) (x.layout.transposeB() ? 'T' : 'N');
      int m = x.shape.m();
      int n = x.shape.n();
      int k = x.shape.k();
      int strideOfA = x.strideOfA();
      int strideOfB = x.strideOfB();
      FloatPointer a = new FloatPointer(x.nativeA);
      FloatPointer b = new FloatPointer(x.nativeB);
      FloatPointer c = new FloatPointer(x.nativeC);
      return () -> {
        int status =
            dnnl.dnnl_sgemm(
                transposeA, transposeB, m, n, k, 1, a, strideOfA, b, strideOfB, 0, c, n);
        if (status != dnnl.dnnl_success) {
          throw new IllegalStateException("dnnl_sgemm returned " + status);
        }
      };
    }
  },

  /** The pure-Java BLAS of dev.ludovic.netlib: on the Vector API where it can. */
  NETLIB(false) {
    @Override
    String open(int threads) {
      requireOne(threads);
      return JavaBLAS.getInstance().getClass().getName();
    }

    @Override
    Runnable product(GemmOperands x) {
      JavaBLAS blas = JavaBLAS.getInstance();
      // column-major: the same memory is the transpose, C^T = op(B)^T op(A)^T
      String first = x.layout.transposeB() ? "T" : "N";
      String second = x.layout.transposeA() ? "T" : "N";
      int m = x.shape.m();
      int n = x.shape.n();
      int k = x.shape.k();
      return () ->
          blas.sgemm(first, second, n, m, k, 1, x.b, x.strideOfB(), x.a, x.strideOfA(), 0, x.c, n);
    }
  },

  /** EJML, plain Java. */
  EJML(false) {
    @Override
    String open(int threads) {
      requireOne(threads);
      return "EJML " + EjmlVersion.VERSION;
    }

    @Override
    Runnable product(GemmOperands x) {
      FMatrixRMaj a = FMatrixRMaj.wrap(x.a.length / x.strideOfA(), x.strideOfA(), x.a);
      FMatrixRMaj b = FMatrixRMaj.wrap(x.b.length / x.strideOfB(), x.strideOfB(), x.b);
      FMatrixRMaj c = FMatrixRMaj.wrap(x.shape.m(), x.shape.n(), x.c);
      return switch (x.layout) {
        case NN -> () -> CommonOps_FDRM.mult(a, b, c);
        case NT -> () -> CommonOps_FDRM.multTransB(a, b, c);
        case TN -> () -> CommonOps_FDRM.multTransA(a, b, c);
      };
    }
  };

  /** The C interface to BLAS, as both bindings have it. */
  private interface Cblas {
    void sgemm(
        int order,
        int transposeA,
        int transposeB,
        int m,
        int n,
        int k,
        float alpha,
        FloatPointer a,
        int strideOfA,
        FloatPointer b,
        int strideOfB,
        float beta,
        FloatPointer c,
        int strideOfC);
  }

  private final boolean isNative;

  GemmPeer(boolean isNative) {
    this.isNative = isNative;
  }

  /** Whether it computes in native code, on {@link GemmOperands#nativeA} and so on. */
  boolean isNative() {
    return isNative;
  }

  /**
   * Loads the library for so many threads; anything it throws means that it is not to be had.
   *
   * @return version and kind
   */
  abstract String open(int threads);

  /** What computes C once, with nothing left to prepare. */
  abstract Runnable product(GemmOperands x);

  /** The word for it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static void requireOne(int threads) {
    if (threads > 1) {
      throw new IllegalStateException("measured on one thread only");
    }
  }

  private static Runnable cblas(GemmOperands x, Cblas blas) {
    int transposeA = x.layout.transposeA() ? CblasTrans : CblasNoTrans;
    int transposeB = x.layout.transposeB() ? CblasTrans : CblasNoTrans;
    int m = x.shape.m();
    int n = x.shape.n();
    int k = x.shape.k();
    int strideOfA = x.strideOfA();
    int strideOfB = x.strideOfB();
    FloatPointer a = new FloatPointer(x.nativeA);
    FloatPointer b = new FloatPointer(x.nativeB);
    FloatPointer c = new FloatPointer(x.nativeC);
    return () ->
        blas.sgemm(
            CblasRowMajor, transposeA, transposeB, m, n, k, 1, a, strideOfA, b, strideOfB, 0, c, n);
  }
}
