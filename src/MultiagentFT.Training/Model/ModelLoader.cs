using System.Globalization;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>Loads a served GGUF file for training: the very bits that are served, dequantized by ggml's own routines.</summary>
public static class ModelLoader
{
    /// <summary>The sizes of a model, whose every feature the trainer's forward pass computes.</summary>
    /// <exception cref="InputException">Another architecture, experts, or a setting that is not plain; the message names the key.</exception>
    public static ModelShape Shape(ModelFile model)
    {
        var path = model.File.Path;
        var arch = model.Architecture;
        if (ArchitectureCatalog.Find(arch) is not { } architecture)
            throw new InputException(path, "general.architecture", $"one that can be trained ({ArchitectureCatalog.Names(_ => true)})", arch);
        if (model.File.TryGetTensor("blk.0.ffn_gate_exps.weight", out _))
            throw new InputException(path, "blk.0.ffn_gate_exps.weight", "a dense feed-forward layer", "a mixture of experts, which cannot be trained");
        if ((RopeScaling.Deviation(model) ?? PlainDecoder.Deviation(model)) is { } deviation)
            throw new InputException(path, deviation.Key, deviation.Expected, deviation.Found);
        foreach (var block in Enumerable.Range(0, model.Shape.Blocks).Select(index => $"blk.{index}."))
        {
            if (architecture.IsFused && !architecture.JoinsAttention(model.File, block))
                throw new InputException(path, block + "attn_qkv.weight", "queries, keys and values in one matrix, to be trained", "no such tensor");
        }
        if (!architecture.MayRotatePartly && model.Shape.RopeDimensions != model.Shape.HeadLength)
            throw new InputException(
                path,
                $"{arch}.rope.dimension_count",
                $"the head length {model.Shape.HeadLength}",
                model.Shape.RopeDimensions.ToString(CultureInfo.InvariantCulture));
        return model.Shape;
    }

    /// <summary>Dequantizes every tensor: matrices to bfloat16 or float32, the rest to float32. The caller disposes the weights.</summary>
    /// <param name="model">Open as long as the weights are used, where matrices are stored.</param>
    /// <param name="bfloat16">Type of the matrices.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <param name="storesMatrices">Whether matrices stay in the file instead, to be dequantized when they are needed.</param>
    public static DecoderWeights Load(ModelFile model, bool bfloat16, Device device, bool storesMatrices = false) =>
        Load(model, bfloat16, device, storesMatrices, dequantizesThere: device.type != TorchSharp.DeviceType.CPU);

    /// <param name="dequantizesThere">Whether stored matrices are sent to the device in the file's own bits and dequantized there.</param>
    /// <inheritdoc cref="Load(ModelFile, bool, Device, bool)"/>
    internal static DecoderWeights Load(ModelFile model, bool bfloat16, Device device, bool storesMatrices, bool dequantizesThere)
    {
        var shape = Shape(model);
        var tensors = new Dictionary<string, Tensor>();
        var stored = new Dictionary<string, StoredMatrix>();
        foreach (var info in model.File.Tensors)
        {
            if (RopeScaling.FactorNames.Contains(info.Name)) continue;
            if (info.Shape.Count != 2) tensors[info.Name] = Vector(model, info, device);
            else if (storesMatrices) stored[info.Name] = new StoredMatrix(model.File, info);
            else tensors[info.Name] = Matrix(model, info, bfloat16, device);
        }
        return new DecoderWeights(shape, tensors, new RotaryFrequencies(model), stored) { Dequantizer = storesMatrices && dequantizesThere ? new TensorDequantizer(device) : null };
    }

    private static float[] Values(ModelFile model, TensorInfo info) => TensorCodec.Dequantize(info.Type, model.File.Read(info), info.Elements);

    private static Tensor Vector(ModelFile model, TensorInfo info, Device device)
    {
        using var scope = NewDisposeScope();
        // GGUF lists the row length first, libtorch last.
        return tensor(Values(model, info), [.. info.Shape.Reverse()]).to(device).DetachFromDisposeScope();
    }

    private static Tensor Matrix(ModelFile model, TensorInfo info, bool bfloat16, Device device)
    {
        using var scope = NewDisposeScope();
        var values = empty([info.Rows, info.RowLength], dtype: bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        new StoredMatrix(model.File, info).Read(0, values, get_num_threads());
        return values.to(device).DetachFromDisposeScope();
    }
}
