using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;
using MultiagentFT.Training.Merging;
using MultiagentFT.Training.Model;
using TorchSharp;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Writes trained weights as a model file that llama.cpp serves.</summary>
public static class ModelExporter
{
    public static void Write(string path, string name, DecoderWeights weights, Vocabulary vocabulary, TensorType matrices)
    {
        var metadata = new GgufMetadata(path);
        ModelMetadata.AddTo(metadata, weights.Shape, name);
        metadata.Set("general.file_type", AdapterMerger.FileTypes[matrices]);
        metadata.Set("general.license", "mit");
        vocabulary.AddTo(metadata);
        GgufWriter.Write(path, metadata, [.. weights.Tensors.Select(pair => Source(pair.Key, pair.Value, matrices))]);
    }

    private static TensorSource Source(string name, torch.Tensor tensor, TensorType matrices)
    {
        var type = tensor.dim() > 1 ? matrices : TensorType.F32;
        return new TensorSource(name, type, [.. tensor.shape.Reverse()], () =>
        {
            using var scope = torch.NewDisposeScope();
            var values = tensor.detach().to(torch.ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
            return TensorCodec.Quantize(type, values, tensor.shape[^1]);
        });
    }
}
