using System.Runtime.InteropServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Formats;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Scheduling;
using MultiagentFT.Inference.Text;

namespace MultiagentFT.Inference.Engines;

/// <summary>One request on its way through a lane.</summary>
internal sealed class GenerationJob(
    GenerationCall call, int index, GenerationRequest request, LoadedAdapter? adapter, int[] prompt, int slotContext, AnswerText? text)
    : Sequence(adapter?.Runtime, prompt, Math.Min(request.MaxNewTokens, slotContext - prompt.Length))
{
    private readonly List<(int Begin, DrawnToken Token)>? _drawn = request.LogProbabilities is null ? null : [];
    private int _reported;

    public SamplingOptions Sampling { get; } = request.Sampling;

    /// <summary>Most likely tokens to report beside each one drawn; null when no log-probabilities are wanted.</summary>
    public int? TopLogProbabilities { get; } = request.LogProbabilities?.Top;

    /// <summary>How far the answer has come as the JSON object that it has to be; null where it may be any text.</summary>
    public JsonText? Json { get; private set; } = request.Format == AnswerFormat.JsonObject ? default(JsonText) : null;

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
            if (Json is { } json && !isEndOfGeneration)
            {
                if (!json.TryAppend(tokenizer.Piece(token).Span)) throw new InvalidOperationException($"token {token} does not go on with a JSON object");
                Json = json;
            }
            if (text is not null && !isEndOfGeneration) Pass(text.Append(token));
            var finish = isEndOfGeneration ? FinishReason.EndOfTurn
                : text is { IsStopped: true } ? FinishReason.StopText
                : GeneratedLength < MaxNewTokens ? default(FinishReason?)
                : GeneratedLength == request.MaxNewTokens ? FinishReason.Length
                : FinishReason.ContextFull;
            if (finish is null) return;
            if (text is not null) Pass(text.Flush());
            Finish(text is { IsStopped: true } ? FinishReason.StopText : finish.Value, tokenizer);
        }
        catch (Exception error)
        {
            // A caller's callback has thrown; its own call is told.
            Fail(error);
        }
    }

    /// <summary>Keeps what is to be reported with the token that is appended next.</summary>
    public void Keep(DrawnToken token) => _drawn!.Add((text?.Decoded ?? 0, token));

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
        var answer = TokenText.Decode(tokenizer, spoken);
        if (finish == FinishReason.StopText)
        {
            answer = answer[..text!.Released];
            _drawn?.RemoveAll(token => token.Begin >= text.Released);
        }
        Report(int.MaxValue);
        Result = new GenerationResult(answer, tokens.ToArray(), finish, PromptLength, CachedTokens)
        {
            LogProbabilities = _drawn?.ConvertAll(static token => token.Token),
        };
    }

    /// <summary>Passes on text that is part of the answer, after the tokens that begin in it.</summary>
    private void Pass(string piece)
    {
        Report(text!.Released);
        call.OnText(index, piece);
    }

    /// <summary>Tells of the tokens whose text begins before <paramref name="end"/>.</summary>
    private void Report(int end)
    {
        if (request.LogProbabilities?.OnDrawn is not { } onDrawn) return;
        for (; _reported < _drawn!.Count && _drawn[_reported].Begin < end; _reported++) onDrawn(_drawn[_reported].Token);
    }
}
