using MultiagentFT.Debate.Prompts;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native;
using MultiagentFT.Runtimes;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Pretraining;

/// <summary>From nothing to a model file: vocabulary, weights, export.</summary>
public static class PretrainRecipe
{
    /// <summary>Writes <paramref name="output"/>; until it is done, <c>OUTPUT.snapshot</c> holds the model as last measured.</summary>
    /// <exception cref="InputException">Options out of range, or a model to start from that is none of this recipe's.</exception>
    public static void Run(PretrainOptions options, string output, string name, IProgress<PretrainProgress>? progress, CancellationToken cancellation)
    {
        var errors = options.Validate().ToArray();
        if (errors.Length > 0) throw new InputException("pretraining options: " + string.Join("; ", errors));
        ThreadLimit.Check("threads", options.Threads);
        if (!TensorTypes.TryParse(options.Quantization, out var matrices)) throw new InputException($"quantization: unknown type {options.Quantization}");
        var prompts = new PromptSet();
        using var start = options.StartModel.Length == 0 ? null : ModelFile.Open(options.StartModel);
        var known = start is null ? null : Vocabulary.Of(start.File.Metadata);
        if (start is not null && !start.File.Metadata.RequireStringArray(Vocabulary.TokensKey).SequenceEqual(known!.Tokens))
            throw new InputException(options.StartModel, Vocabulary.TokensKey, "the tokens of a model that mft pretrain wrote", "others");
        if (start is { Shape.Context: < PretrainOptions.LeastContext })
            throw new InputException(options.StartModel, null, $"a context of at least {PretrainOptions.LeastContext} tokens", $"{start.Shape.Context}");
        var vocabulary = known is null ? Vocabulary.Learn(prompts, options.Mix, options.Merges)
            : options.AddedMerges > 0 ? known.Extended(prompts, options.Mix, options.AddedMerges)
            : known;
        TorchLibrary.EnsureLoaded();
        if (options.Threads > 0) set_num_threads(options.Threads);
        // The tokenizer that serves is the one that trains: the runtime reads it from an untrained copy of the model.
        var draft = output + ".draft";
        var snapshot = output + ".snapshot";
        try
        {
            using (var untrained = Initial())
                ModelExporter.Write(draft, name, untrained, vocabulary, matrices);
            using var runtime = ModelRuntimes.Open(draft, new LlamaRuntimeOptions { VocabularyOnly = true });
            var encoder = new ConversationEncoder(runtime.Tokenizer, runtime.ChatTemplate);
            using var weights = new Pretrainer(options, prompts, encoder).Run(
                Initial(), progress, measured => ModelExporter.Write(snapshot, name, measured, vocabulary, matrices), cancellation);
            ModelExporter.Write(output, name, weights, vocabulary, matrices);
            File.Delete(snapshot);
        }
        finally
        {
            File.Delete(draft);
        }

        DecoderWeights Initial()
        {
            random.manual_seed((long)(new Seed(options.Seed).Of("weights").Value >> 1));
            return start is null ? WeightInitializer.Create(options.Shape(vocabulary.Count)) : WeightInitializer.Of(start, vocabulary.SpelledIn(known!));
        }
    }
}
