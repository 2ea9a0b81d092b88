using LLama;
using LLama.Batched;
using LLama.Common;
using LLama.Native;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Sampling;
using MultiagentFT.LLamaSharp;

namespace MultiagentFT.Benchmarks.LLamaSharp;

/// <summary>
/// LLamaSharp's own batching with what it leaves to its user kept plain: as many conversations as there are slots, each with its
/// whole prompt, and the next one as soon as one ends. Tokens are drawn as the engine draws them, so the
/// work is the same but for rounding in batches of other shapes.
/// </summary>
internal sealed class BatchedExecutorLoop : IDisposable
{
    private readonly LLamaWeights _weights;
    private readonly ModelParams _parameters;
    private readonly Sampler _sampler;
    private readonly Request[] _requests;
    private readonly ITokenizer _tokenizer;
    private readonly int _slots;

    /// <param name="runtime">Renders, tokenizes, and has told LLamaSharp where its library is.</param>
    /// <param name="requests">What to answer.</param>
    /// <param name="context">The engine's sizes.</param>
    public BatchedExecutorLoop(IModelRuntime runtime, IEnumerable<GenerationRequest> requests, ContextOptions context)
    {
        _ = LLamaSharpLibrary.Instance;
        (_tokenizer, _slots) = (runtime.Tokenizer, context.Slots);
        _sampler = new Sampler(runtime.Model.VocabularySize);
        _requests = [.. requests.Select(request => new Request(
            [.. PromptEncoder.Encode(runtime.ChatTemplate, runtime.Tokenizer, request.Messages).Select(token => (LLamaToken)token)],
            request.MaxNewTokens,
            request.Seed,
            request.Sampling))];
        var threads = context.Threads == 0 ? Environment.ProcessorCount : context.Threads;
        _parameters = new ModelParams(runtime.Model.Path)
        {
            ContextSize = (uint)(context.Slots * context.SlotContext),
            SeqMax = (uint)context.Slots,
            BatchSize = (uint)context.BatchTokens,
            UBatchSize = (uint)context.BatchTokens,
            Threads = threads,
            BatchThreads = threads,
        };
        _weights = LLamaWeights.LoadFromFile(_parameters);
    }

    /// <returns>Tokens of each answer, the end of its turn included.</returns>
    public async Task<int[][]> RunAsync()
    {
        using var executor = new BatchedExecutor(_weights, _parameters);
        var answers = _requests.Select(_ => new List<int>()).ToArray();
        var running = new List<Running>();
        var next = 0;
        while (next < _requests.Length || running.Count > 0)
        {
            while (running.Count < _slots && next < _requests.Length)
            {
                var conversation = executor.Create();
                conversation.Prompt(_requests[next].Prompt);
                running.Add(new Running(conversation, next, new SplitMix64(_requests[next].Seed)));
                next++;
            }
            var result = await executor.Infer();
            if (result != DecodeResult.Ok) throw new InvalidOperationException($"LLamaSharp could not infer: {result}");
            running.RemoveAll(current => current.Conversation.RequiresSampling && Advance(current, answers[current.Index]));
        }
        return [.. answers.Select(answer => answer.ToArray())];
    }

    public void Dispose() => _weights.Dispose();

    /// <summary>Draws a conversation's next token.</summary>
    /// <returns>Whether it is over.</returns>
    private bool Advance(Running current, List<int> answer)
    {
        var request = _requests[current.Index];
        var token = _sampler.Sample(current.Conversation.Sample(), request.Sampling, current.Generator);
        answer.Add(token);
        if (!_tokenizer.IsEndOfGeneration(token) && answer.Count < request.MaxNewTokens)
        {
            current.Conversation.Prompt((LLamaToken)token);
            return false;
        }
        current.Conversation.Dispose();
        return true;
    }

    private sealed record Request(LLamaToken[] Prompt, int MaxNewTokens, ulong Seed, SamplingOptions Sampling);

    private sealed record Running(Conversation Conversation, int Index, SplitMix64 Generator);
}
