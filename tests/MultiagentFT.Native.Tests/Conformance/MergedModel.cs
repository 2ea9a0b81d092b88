using System.Runtime.InteropServices;
using MultiagentFT.Gguf;

namespace MultiagentFT.Native.Tests.Conformance;

/// <summary>Adds an adapter's products to an F32 model, in the plainest way: W + (alpha / rank) B·A.</summary>
internal static class MergedModel
{
    public static string Write(string path, string modelPath, string adapterPath)
    {
        using var model = GgufFile.Open(modelPath);
        using var adapter = GgufFile.Open(adapterPath);
        GgufWriter.Write(path, model.Metadata, [.. model.Tensors.Select(tensor => new TensorSource(
            tensor.Name, tensor.Type, tensor.Shape, () => Data(model, adapter, tensor)))]);
        return path;
    }

    private static ReadOnlyMemory<byte> Data(GgufFile model, GgufFile adapter, TensorInfo tensor)
    {
        var data = model.Read(tensor);
        if (!adapter.TryGetTensor(tensor.Name + ".lora_a", out var aInfo)) return data;
        var weights = MemoryMarshal.Cast<byte, float>(data.AsSpan());
        var a = MemoryMarshal.Cast<byte, float>(adapter.Read(aInfo).AsSpan());
        var b = MemoryMarshal.Cast<byte, float>(adapter.Read(adapter.RequireTensor(tensor.Name + ".lora_b")).AsSpan());
        var (input, output, rank) = ((int)tensor.Shape[0], (int)tensor.Shape[1], (int)aInfo.Shape[1]);
        var scale = adapter.Metadata.RequireSingle("adapter.lora.alpha") / rank;
        for (var row = 0; row < output; row++)
            for (var column = 0; column < input; column++)
                for (var r = 0; r < rank; r++)
                    weights[(row * input) + column] += scale * b[(row * rank) + r] * a[(r * input) + column];
        return data;
    }
}
