using Microsoft.ML.OnnxRuntime.Tensors;

using Onnx;

using ParityHarness.Problems;

namespace ParityHarness.OnnxRuntime;

/// <summary>The element types of the harness, of ONNX and of ONNX Runtime.</summary>
internal static class OnnxTypes
{
    private static readonly (DType DType, TensorProto.Types.DataType Onnx, TensorElementType Runtime)[] All =
    [
        (DType.Float32, TensorProto.Types.DataType.Float, TensorElementType.Float),
        (DType.Float64, TensorProto.Types.DataType.Double, TensorElementType.Double),
        (DType.Float16, TensorProto.Types.DataType.Float16, TensorElementType.Float16),
        (DType.BFloat16, TensorProto.Types.DataType.Bfloat16, TensorElementType.BFloat16),
        (DType.Int64, TensorProto.Types.DataType.Int64, TensorElementType.Int64),
        (DType.Int32, TensorProto.Types.DataType.Int32, TensorElementType.Int32),
        (DType.Int16, TensorProto.Types.DataType.Int16, TensorElementType.Int16),
        (DType.Int8, TensorProto.Types.DataType.Int8, TensorElementType.Int8),
        (DType.UInt8, TensorProto.Types.DataType.Uint8, TensorElementType.UInt8),
        (DType.Bool, TensorProto.Types.DataType.Bool, TensorElementType.Bool),
        (DType.Complex64, TensorProto.Types.DataType.Complex64, TensorElementType.Complex64),
        (DType.Complex128, TensorProto.Types.DataType.Complex128, TensorElementType.Complex128),
    ];

    /// <summary>The type in a model file.</summary>
    public static TensorProto.Types.DataType ToOnnx(this DType dtype) => Array.Find(All, t => t.DType == dtype).Onnx;

    /// <summary>The type of a tensor at run time.</summary>
    public static TensorElementType ToRuntime(this DType dtype) => Array.Find(All, t => t.DType == dtype).Runtime;

    /// <summary>The harness' type of one in a model file, null where it has none.</summary>
    public static DType? FromOnnx(int type) => Array.FindIndex(All, t => (int)t.Onnx == type) is >= 0 and var index ? All[index].DType : null;

    /// <summary>The harness' type of a tensor at run time, null where it has none.</summary>
    public static DType? FromRuntime(TensorElementType type) => Array.FindIndex(All, t => t.Runtime == type) is >= 0 and var index ? All[index].DType : null;
}
