using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Serving;

/// <summary>Opens engines: chooses a decoder that serves the model and fits slots and steps to the memory.</summary>
public static class EngineFactory
{
    /// <exception cref="InputException">Options are out of range, the model cannot be served, or not as requested.</exception>
    public static IGenerationEngine Open(EngineRequest request)
    {
        if (request.Options.Validate().ToList() is { Count: > 0 } errors) throw new InputException("engine." + string.Join("; engine.", errors));
        using (var file = ModelFile.Open(request.Model)) WeightCheck.Run(file);
        var runtime = DecoderChoice.Open(request);
        try
        {
            runtime = request.Wrap?.Invoke(runtime) ?? runtime;
            if (!request.EmbedsAlone) Check(runtime, request);
            var options = EngineFitting.Fit(request.Options, runtime, () => request.Adapters.ValuesOver(request.Model), out var plan);
            MachineLimits.Check(options, runtime);
            if (plan is not null) request.Log?.Invoke(plan.ToString());
            return new GenerationEngine(runtime, options);
        }
        catch
        {
            runtime.Dispose();
            throw;
        }
    }

    /// <summary>Requests fail one by one; what would fail all of them is said here.</summary>
    internal static void Check(IModelRuntime runtime, EngineRequest request)
    {
        ChatMessage[] system = request.System.Length == 0 ? [] : [ChatMessage.System(request.System)];
        foreach (var (index, turn) in request.FewShot.Index())
        {
            if (ControlMarkup.Of(runtime.ChatTemplate, runtime.Tokenizer).Find(turn.Content) is { } markup)
                throw new InputException($"prompts.fewShot[{index}].content", null, "text without the model's control tokens", markup);
        }
        var beginning = PromptEncoder.Encode(runtime.ChatTemplate, runtime.Tokenizer, [.. system, .. request.FewShot, ChatMessage.User("?")]).Length;
        if (request.FewShot.Count > 0 && beginning >= request.Options.SlotContext)
            throw new InputException("prompts.fewShot", null, $"turns that leave room for a question in the {request.Options.SlotContext} tokens of a slot (--slot-context)", $"{beginning} tokens");
        var (tokens, sampling) = (runtime.Model.VocabularySize, request.Sampling);
        if (sampling.TopK > tokens)
            throw new InputException("debate.sampling.topK", null, $"at most the {tokens} tokens of the vocabulary", $"{sampling.TopK}");
    }
}
