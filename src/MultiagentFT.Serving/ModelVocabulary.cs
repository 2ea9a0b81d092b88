using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Native.Library;
using MultiagentFT.Runtimes;

namespace MultiagentFT.Serving;

/// <summary>A model without its weights: enough for a program whose answers are given elsewhere.</summary>
public sealed class ModelVocabulary : IDisposable
{
    private readonly IModelRuntime _runtime;

    private ModelVocabulary(IModelRuntime runtime) => _runtime = runtime;

    public ModelDescription Model => _runtime.Model;

    /// <summary>Checks a request for an engine as far as that can be done without weights.</summary>
    /// <exception cref="InputException">Options are out of range, or the model cannot be served.</exception>
    public static ModelVocabulary Open(EngineRequest request)
    {
        if (request.Options.Validate().ToList() is { Count: > 0 } errors) throw new InputException("engine." + string.Join("; engine.", errors));
        using (var file = ModelFile.Open(request.Model)) WeightCheck.Run(file);
        ProcessRuntime.Use(request.Options.Runtime);
        var runtime = ModelRuntimes.Open(request.Model, new LlamaRuntimeOptions { VocabularyOnly = true });
        try
        {
            EngineFactory.Check(runtime, request);
            return new ModelVocabulary(runtime);
        }
        catch
        {
            runtime.Dispose();
            throw;
        }
    }

    /// <summary>The first of the model's control tokens that a text spells; null when there is none.</summary>
    public string? FindMarkup(string text) => ControlMarkup.Of(_runtime.ChatTemplate, _runtime.Tokenizer).Find(text);

    public void Dispose() => _runtime.Dispose();
}
