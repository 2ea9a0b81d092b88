using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Ggml;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>Whether a device has attention as one operation for a model's heads.</summary>
internal static class AttentionSupport
{
    /// <param name="device">Any device.</param>
    /// <param name="shape">The model.</param>
    /// <param name="wanted">Null leaves the choice to this method.</param>
    /// <exception cref="InputException">It is wanted, and the device does not have it.</exception>
    public static bool Choose(ComputeDevice device, ModelShape shape, bool? wanted)
    {
        // On the CPU the operation sums values in float16: the plain form is the better reference.
        if (wanted == false || (wanted is null && device.IsCpu)) return false;
        var isSupported = Has(device, shape, TensorType.F16);
        if (!isSupported && wanted == true)
        {
            throw new InputException(
                "flashAttention", null, $"false or null, as {device.Description.Name} has none for heads of {shape.HeadLength}", "true");
        }
        return isSupported;
    }

    /// <summary>Whether the device has the operation for keys and values of a type.</summary>
    public static bool Has(ComputeDevice device, ModelShape shape, TensorType type)
    {
        if (shape.HeadLength % TensorTypes.BlockSize(type) != 0) return false;
        using var scratch = new GraphBuilder(tensors: 5);
        return device.Supports(scratch.FlashAttention(
            scratch.Input(TensorType.F32, shape.HeadLength, 1, shape.Heads),
            scratch.Input(type, shape.HeadLength, GgmlKeyValues.CellGroup, shape.KeyValueHeads),
            scratch.Input(type, shape.HeadLength, GgmlKeyValues.CellGroup, shape.KeyValueHeads),
            scratch.Input(TensorType.F16, GgmlKeyValues.CellGroup),
            scale: 1));
    }
}
