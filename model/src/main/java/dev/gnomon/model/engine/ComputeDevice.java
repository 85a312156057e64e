package dev.gnomon.model.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One device, used from one thread at a time, and by its {@link #shards()} for shards of a batch.
 *
 * <p>All arrays of a piece of work belong to a {@link #scope()} that is closed at its end. Opening
 * a scope sets what libtorch keeps per thread: gradient recording off (it is on by default on every
 * thread but the first), the number of threads, and the graph executor's optimizer off, so that a
 * kernel does the same at its first call as at its hundredth.
 */
public final class ComputeDevice implements AutoCloseable {

  private static final String ENGINE = "PyTorch";
  private static final String OVERWRITE =
      """
        def overwrite(self: __torch__.Ops, to: List[Tensor], source: List[Tensor]) -> Tensor:
          torch._foreach_copy_(to, source)
          return to[0]
      """;
  private static final Object FIRST_USE = new Object();
  private static final ThreadLocal<Integer> PREPARED = ThreadLocal.withInitial(() -> 0);
  private static final ThreadLocal<Integer> OWN_THREADS = new ThreadLocal<>(); // of a shard

  private final Device device;
  private final int threads;
  private final CpuFeatures cpu;
  private final NDManager root;
  private final Shards shards;
  private Kernels copying; // null until it is needed

  private ComputeDevice(Device device, int threads, CpuFeatures cpu) {
    this.device = device;
    this.threads = threads;
    this.cpu = cpu;
    this.root = NativeArrays.counted(NDManager.newBaseManager(device, ENGINE));
    this.shards = new Shards(this);
  }

  /**
   * Opens a device.
   *
   * @param name {@code cpu} or {@code gpuN}
   * @param threads threads that one operation may use on a CPU, at least 1
   */
  public static ComputeDevice open(String name, int threads) {
    return open(name, threads, CpuFeatures.here());
  }

  static ComputeDevice open(String name, int threads, CpuFeatures cpu) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
    Device device;
    try {
      device = Device.fromName(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("device must be cpu or gpuN, got " + name, e);
    }
    if (device.isGpu()) {
      int gpus = Engine.getEngine(ENGINE).getGpuCount();
      if (device.getDeviceId() >= gpus) {
        throw new IllegalArgumentException(
            "device %s: this engine sees %d GPUs; set the device to cpu, or point"
                    .formatted(name, gpus)
                + " PYTORCH_LIBRARY_PATH at a libtorch built for CUDA");
      }
    }
    return new ComputeDevice(device, threads, cpu);
  }

  /** Name of the device, {@code cpu} or {@code gpuN}. */
  public String name() {
    return device.isGpu() ? "gpu" + device.getDeviceId() : "cpu";
  }

  public boolean isCpu() {
    return !device.isGpu();
  }

  /** Whether it multiplies bf16 in hardware; where not, fp32 is faster. */
  public boolean multipliesBf16() {
    return !isCpu() || !cpu.bf16().isEmpty();
  }

  /** Threads that one operation may use. */
  public int threads() {
    return threads;
  }

  /** Threads that each work on a shard of a batch. */
  public Shards shards() {
    return shards;
  }

  /** Lets operations of the calling thread, which works on a shard, use that many threads. */
  void useThreads(int count) {
    OWN_THREADS.set(count);
  }

  /** A scope for one piece of work on the calling thread. Close it; its arrays go with it. */
  public NDManager scope() {
    prepareThread();
    return NativeArrays.counted(root.newSubManager());
  }

  private void prepareThread() {
    JniUtils.setGradMode(false);
    JniUtils.setGraphExecutorOptimize(false);
    int wanted = OWN_THREADS.get() == null ? threads : OWN_THREADS.get();
    if (PREPARED.get() != wanted) {
      synchronized (FIRST_USE) {
        // A thread's first parallel operation takes the number of threads that was last set by any
        // thread, so the number is set, such an operation made, and the number set again.
        JniUtils.setNumThreads(wanted);
        try (NDManager first = NDManager.newBaseManager(Device.cpu(), ENGINE)) {
          first.zeros(new Shape(1 << 17)).add(1f);
        }
        JniUtils.setNumThreads(wanted);
      }
      PREPARED.set(wanted);
    }
  }

  /** A copy of {@code tensor} on this device, in memory of libtorch's own. */
  public NDArray array(NDManager scope, HostTensor tensor) {
    NDArray array = scope.zeros(new Shape(tensor.shape()), type(tensor.type()));
    set(array, tensor);
    return array;
  }

  /**
   * Overwrites {@code array} in place with {@code tensor}, which must have its shape. (DJL's own
   * {@code NDArray.set} would make the array a view of the given memory instead, which may be a
   * file that is mapped to be read.)
   */
  public void set(NDArray array, HostTensor tensor) {
    Shape shape = new Shape(tensor.shape());
    if (!array.getShape().equals(shape)) {
      throw new IllegalArgumentException(
          "a tensor of shape %s does not fit an array of shape %s"
              .formatted(shape, array.getShape()));
    }
    try (NDManager scope = scope()) {
      NDArray source = scope.create(tensor.data(), shape, type(tensor.type()));
      overwrite(scope, new NDList(array), new NDList(source));
    }
  }

  /** Overwrites each of {@code arrays} in place with the one of {@code sources} in its place. */
  void overwrite(NDManager scope, NDList arrays, NDList sources) {
    copying().call(scope, "overwrite", arrays, sources);
  }

  /** The program of a device's own native kernel. */
  public static String program() {
    return OVERWRITE;
  }

  private synchronized Kernels copying() {
    if (copying == null) {
      copying = Kernels.load(this, program());
    }
    return copying;
  }

  /** Copies of {@code arrays} in host memory, in their order. */
  public static Map<String, HostTensor> copy(Map<String, NDArray> arrays) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    arrays.forEach((name, array) -> tensors.put(name, copy(array)));
    return tensors;
  }

  /** A copy of {@code array} in host memory. */
  public static HostTensor copy(NDArray array) {
    return tensor(array, array.toByteBuffer(false));
  }

  /** {@code data} as a tensor of the type and shape of {@code array}. */
  static HostTensor tensor(NDArray array, ByteBuffer data) {
    return new HostTensor(hostType(array.getDataType()), array.getShape().getShape(), data);
  }

  private static DataType type(HostTensor.Type type) {
    return switch (type) {
      case F32 -> DataType.FLOAT32;
      case F64 -> DataType.FLOAT64;
      case I32 -> DataType.INT32;
      case I64 -> DataType.INT64;
      case U8 -> DataType.UINT8;
    };
  }

  private static HostTensor.Type hostType(DataType type) {
    return switch (type) {
      case FLOAT32 -> HostTensor.Type.F32;
      case FLOAT64 -> HostTensor.Type.F64;
      case INT32 -> HostTensor.Type.I32;
      case INT64 -> HostTensor.Type.I64;
      case UINT8 -> HostTensor.Type.U8;
      default -> throw new IllegalArgumentException("no weights are of type " + type);
    };
  }

  /** The devices this engine sees, by name. */
  public static List<String> available() {
    List<String> names = new ArrayList<>(List.of("cpu"));
    int gpus = Engine.getEngine(ENGINE).getGpuCount();
    for (int i = 0; i < gpus; i++) {
      names.add("gpu" + i);
    }
    return names;
  }

  @Override
  public void close() {
    shards.close();
    if (copying != null) {
      copying.close();
    }
    root.close();
  }
}
