using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Native.Tensors;
using MultiagentFT.Runtimes;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;

namespace MultiagentFT.Training.Lora;

/// <summary>The base that adapters are trained over: checked, and loaded at most once for each way in which its weights are kept.</summary>
public sealed class SharedBase : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IModelRuntime _vocabulary;
    private readonly Dictionary<(bool BFloat16, string Device, bool StoresMatrices), DecoderWeights> _weights = [];

    private SharedBase(ModelFile file, IModelRuntime vocabulary)
    {
        (File, _vocabulary) = (file, vocabulary);
        Encoder = new ConversationEncoder(vocabulary.Tokenizer, vocabulary.ChatTemplate, file.File.Path);
    }

    public ModelFile File { get; }

    /// <summary>By the file's tokenizer and chat template.</summary>
    public ConversationEncoder Encoder { get; }

    /// <exception cref="Foundation.InputException">It is no model, or none that can be trained, or has weights that are not finite.</exception>
    public static SharedBase Open(string path)
    {
        var file = ModelFile.Open(path);
        try
        {
            _ = ModelLoader.Shape(file);
            WeightCheck.Run(file);
            return new SharedBase(file, ModelRuntimes.Open(path, new LlamaRuntimeOptions { VocabularyOnly = true }));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The weights, which stay this object's.</summary>
    public DecoderWeights Weights(bool bfloat16, string device, bool storesMatrices)
    {
        lock (_gate)
        {
            var key = (bfloat16, device, storesMatrices);
            if (!_weights.TryGetValue(key, out var weights))
                _weights[key] = weights = ModelLoader.Load(File, bfloat16, TorchSharp.torch.device(device), storesMatrices);
            return weights;
        }
    }

    public void Dispose()
    {
        foreach (var weights in _weights.Values) weights.Dispose();
        // A process that trains over another base next has use for them no more.
        TensorMemory.Trim();
        _vocabulary.Dispose();
        File.Dispose();
    }
}
