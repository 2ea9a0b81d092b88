using System.Globalization;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Formats;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Text;

namespace MultiagentFT.Inference.Engines;

/// <summary>Checks requests and renders them, on the caller's thread.</summary>
internal sealed class JobFactory(IModelRuntime runtime, AdapterCatalog adapters, int slotContext)
{
    private readonly Lazy<string?> _jsonLack = new(() => JsonVocabulary.Lack(runtime.Tokenizer));

    /// <summary>A job that holds its adapter until it completes.</summary>
    /// <exception cref="GenerationException">The request cannot be served; the message says what was expected and found.</exception>
    public GenerationJob Create(GenerationCall call, int index, GenerationRequest request)
    {
        Check(request);
        var prompt = Encode(request);
        var adapter = request.Adapter is { } version ? Acquire(version) : null;
        var needsText = call.Streams || request.Stop.Count > 0 || request.LogProbabilities?.OnDrawn is not null;
        var text = needsText ? new AnswerText(runtime.Tokenizer, request.Stop) : null;
        return new GenerationJob(call, index, request, adapter, prompt, slotContext, text);
    }

    private void Check(GenerationRequest request)
    {
        if (request is null) throw new GenerationException(FailureKind.Invalid, "request: expected one, found null");
        if (request.Messages is not { Count: > 0 })
        {
            throw new GenerationException(FailureKind.Invalid, "messages: expected at least one, found none");
        }
        if (request.MaxNewTokens < 1)
        {
            throw new GenerationException(FailureKind.Invalid, $"maxNewTokens: expected 1 or more, found {request.MaxNewTokens}");
        }
        var problems = request.Sampling.Validate().ToList();
        if (request.Sampling.TopK > runtime.Model.VocabularySize)
        {
            problems.Add($"topK: expected at most the vocabulary ({runtime.Model.VocabularySize}), found {request.Sampling.TopK}");
        }
        if (request.Stop is not { Count: <= GenerationRequest.MostStops })
            problems.Add($"stop: expected at most {GenerationRequest.MostStops} texts, found {request.Stop?.Count.ToString(CultureInfo.InvariantCulture) ?? "null"}");
        else if (request.Stop.Any(stop => stop is not { Length: >= 1 and <= GenerationRequest.LongestStop }))
            problems.Add($"stop: expected texts of 1 to {GenerationRequest.LongestStop} characters, found a shorter or longer one");
        if (request.LogProbabilities is { Top: < 0 or > LogProbabilityOptions.MostTop } asked)
            problems.Add($"logProbabilities.top: expected 0 to {LogProbabilityOptions.MostTop}, found {asked.Top}");
        if (!Enum.IsDefined(request.Format)) problems.Add($"format: expected one of {string.Join(", ", Enum.GetNames<AnswerFormat>())}, found {request.Format}");
        if (request.Format == AnswerFormat.JsonObject && _jsonLack.Value is { } lack)
            problems.Add($"format: expected Text, as JSON needs {lack}, which this model's vocabulary does not have, found {request.Format}");
        if (problems.Count > 0) throw new GenerationException(FailureKind.Invalid, string.Join("; ", problems));
    }

    private int[] Encode(GenerationRequest request)
    {
        int[] prompt;
        try
        {
            prompt = PromptEncoder.Encode(runtime.ChatTemplate, runtime.Tokenizer, request.Messages);
        }
        catch (Exception error)
        {
            throw new GenerationException(FailureKind.Invalid, $"the conversation could not be rendered: {error.Message}", error);
        }
        if (prompt.Length == 0) throw new GenerationException(FailureKind.Invalid, "prompt: expected at least one token, found 0");
        if (prompt.Length > slotContext - 1)
        {
            throw new GenerationException(FailureKind.PromptTooLong, $"prompt: expected at most {slotContext - 1} tokens, found {prompt.Length}");
        }
        return prompt;
    }

    private LoadedAdapter Acquire(AdapterVersion version) =>
        adapters.TryAcquire(version)
        ?? throw new GenerationException(FailureKind.Invalid, $"adapter: expected a loaded one, found {version}, which is not loaded");
}
