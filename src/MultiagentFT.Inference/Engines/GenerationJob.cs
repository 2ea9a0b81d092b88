using System.Runtime.InteropServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Scheduling;
using MultiagentFT.Inference.Text;

namespace MultiagentFT.Inference.Engines;

/// <summary>One request on its way through a lane.</summary>
internal sealed class GenerationJob(
    GenerationCall call, int index, GenerationRequest request, LoadedAdapter? adapter, int[] prompt, int slotContext, TokenText? stream)
    : Sequence(adapter?.Runtime, prompt, Math.Min(request.MaxNewTokens, slotContext - prompt.Length))
{
    public SamplingOptions Sampling { get; } = request.Sampling;

    public SplitMix64 Generator { get; } = new(request.Seed);

    /// <summary>Whether an end has been decided.</summary>
    public bool HasEnded => Result is not null || Fault is not null;

    private GenerationResult? Result { get; set; }

    private Exception? Fault { get; set; }

    /// <summary>Adds a drawn token and ends the answer where it is the last.</summary>
    public void Append(int token, bool isEndOfGeneration, ITokenizer tokenizer)
    {
        Tokens.Add(token);
        try
        {
            if (stream is not null && !isEndOfGeneration) call.OnText(index, stream.Append(token));
            var finish = isEndOfGeneration ? FinishReason.EndOfTurn
                : GeneratedLength < MaxNewTokens ? default(FinishReason?)
                : GeneratedLength == request.MaxNewTokens ? FinishReason.Length
                : FinishReason.ContextFull;
            if (finish is null) return;
            if (stream is not null) call.OnText(index, stream.Flush());
            Finish(finish.Value, tokenizer);
        }
        catch (Exception error)
        {
            // A caller's callback has thrown; its own call is told.
            Fail(error);
        }
    }

    /// <summary>Ends the request without an answer; the call's other requests go on.</summary>
    public void Fail(FailureKind kind, string reason) => Result ??= GenerationCall.Failed(new(kind, reason), PromptLength, CachedTokens);

    /// <summary>Ends the request and, when the others have ended too, its call with an exception.</summary>
    public void Fail(Exception error) => Fault ??= error;

    /// <summary>Ends the request because its caller does not want it any more.</summary>
    public void FailCancelled() => Fail(new OperationCanceledException(call.Cancellation));

    /// <summary>Hands over the outcome. Called once, when the lane no longer knows the job.</summary>
    public void Complete()
    {
        adapter?.Release();
        if (Fault is null && Result is { } result) call.Complete(index, result);
        else call.Fault(Fault ?? new InvalidOperationException("a request ended without an outcome"));
    }

    private void Finish(FinishReason finish, ITokenizer tokenizer)
    {
        var tokens = CollectionsMarshal.AsSpan(Tokens)[PromptLength..];
        var spoken = finish == FinishReason.EndOfTurn ? tokens[..^1] : tokens;
        Result = new GenerationResult(TokenText.Decode(tokenizer, spoken), tokens.ToArray(), finish, PromptLength, CachedTokens);
    }
}
