using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scoring;

/// <summary>Checks requests and tokenizes them, on the caller's thread.</summary>
internal sealed class ScoringJobFactory(IModelRuntime runtime, AdapterCatalog adapters, int slotContext)
{
    /// <summary>A job that holds its adapters until it is released.</summary>
    /// <exception cref="GenerationException">The request cannot be served; the message says what was expected and found.</exception>
    public ScoringJob Create(int index, ScoringRequest request)
    {
        if (request is null) throw Invalid("request: expected one, found null");
        if (request.Messages is not { Count: > 0 }) throw Invalid("messages: expected at least one, found none");
        if (request.Policies is not { Count: > 0 and <= ScoringRequest.MostPolicies } policies)
            throw Invalid($"policies: expected 1 to {ScoringRequest.MostPolicies}, found {request.Policies?.Count ?? 0}");
        if (policies.GroupBy(policy => policy).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Invalid($"policies: expected each once, found {twice.Key?.ToString() ?? "the base model"} {twice.Count()} times");
        var (prompt, answer) = Encode(request);
        return new ScoringJob(index, prompt, answer, Acquire(policies));
    }

    /// <summary>The prompt as it is when the answer is generated, and the answer's tokens behind it.</summary>
    private (int[] Prompt, int[] Answer) Encode(ScoringRequest request)
    {
        int[] prompt, answer;
        try
        {
            ControlMarkup.Of(runtime.ChatTemplate, runtime.Tokenizer).RequireNone([.. request.Messages, ChatMessage.Assistant(request.Answer)]);
            var opening = runtime.ChatTemplate.Render(request.Messages, addGenerationPrompt: true);
            var text = new GrowingText(runtime.Tokenizer);
            prompt = text.GrowTo(opening);
            answer = text.GrowTo(opening + request.Answer);
        }
        catch (Exception error)
        {
            throw new GenerationException(FailureKind.Invalid, $"the conversation could not be rendered: {error.Message}", error);
        }
        if (prompt.Length == 0) throw Invalid("prompt: expected at least one token, found 0");
        if (answer.Length == 0) throw Invalid("answer: expected at least one token, found 0");
        var length = prompt.Length + answer.Length;
        return length - 1 <= slotContext
            ? (prompt, answer)
            : throw new GenerationException(FailureKind.PromptTooLong, $"conversation and answer: expected at most {slotContext + 1} tokens, found {length}");
    }

    private LoadedAdapter?[] Acquire(IReadOnlyList<AdapterVersion?> policies)
    {
        var acquired = new List<LoadedAdapter?>();
        foreach (var policy in policies)
        {
            var adapter = policy is null ? null : adapters.TryAcquire(policy);
            if (policy is null || adapter is not null)
            {
                acquired.Add(adapter);
                continue;
            }
            foreach (var other in acquired) other?.Release();
            throw Invalid($"adapter: expected a loaded one, found {policy}, which is not loaded");
        }
        return [.. acquired];
    }

    private static GenerationException Invalid(string message) => new(FailureKind.Invalid, message);
}
