using Microsoft.Extensions.AI;
using MultiagentFT.Contracts.Generation;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;

namespace MultiagentFT.Remote.Generation;

/// <summary>What came back: one answer, whole or gathered from its pieces. All of it is the endpoint's word.</summary>
internal sealed class ChatAnswer
{
    private const int LongestId = 256;

    public string Text { get; set; } = "";

    public ChatFinishReason? Finish { get; set; }

    public UsageDetails? Usage { get; set; }

    public string? Model { get; set; }

    public string? Fingerprint { get; set; }

    public static ChatAnswer Of(ChatResponse response) => new()
    {
        Text = response.Text,
        Finish = response.FinishReason,
        Usage = response.Usage,
        Model = response.ModelId,
        Fingerprint = (response.RawRepresentation as ChatCompletion)?.SystemFingerprint,
    };

    /// <summary>Takes in a piece; its text is the caller's.</summary>
    public void Add(ChatResponseUpdate update)
    {
        Finish = update.FinishReason ?? Finish;
        Model = update.ModelId ?? Model;
        Usage = update.Contents.OfType<UsageContent>().LastOrDefault()?.Details ?? Usage;
        Fingerprint = (update.RawRepresentation as StreamingChatCompletionUpdate)?.SystemFingerprint ?? Fingerprint;
    }

    /// <summary>What is wrong with it; null when it is an answer.</summary>
    /// <param name="most">New tokens that were asked for, at most.</param>
    public GenerationFailure? Failure(int most)
    {
        if (Finish is null) return new GenerationFailure(FailureKind.Unreachable, "expected an answer with an end (finish_reason), found one that breaks off");
        if (Finish == ChatFinishReason.ContentFilter) return new GenerationFailure(FailureKind.Invalid, "expected an answer, found that the endpoint's content filter withholds it");
        if (Finish != ChatFinishReason.Stop && Finish != ChatFinishReason.Length)
            return new GenerationFailure(FailureKind.Invalid, "expected an answer that ends with stop or length, found another end");
        if (Usage is not { InputTokenCount: >= 0 and <= int.MaxValue, OutputTokenCount: >= 0 and <= int.MaxValue })
            return new GenerationFailure(FailureKind.Invalid, "usage: expected the numbers of prompt and answer tokens, found none: without them nothing can be accounted for");
        return Usage.OutputTokenCount > most
            ? new GenerationFailure(FailureKind.Invalid, $"usage: expected at most the {most} new tokens that were asked for, found {Usage.OutputTokenCount}")
            : null;
    }

    /// <param name="redact">Hides the key.</param>
    /// <param name="asked">The model that was asked for.</param>
    public GenerationResult Result(Func<string, string> redact, string asked) => new(
        redact(Text),
        [],
        Finish == ChatFinishReason.Stop ? FinishReason.EndOfTurn : FinishReason.Length,
        (int)Usage!.InputTokenCount!.Value,
        (int)Math.Clamp(Usage.CachedInputTokenCount ?? 0, 0, Usage.InputTokenCount.Value))
    {
        GeneratedTokens = (int)Usage.OutputTokenCount!.Value,
        Served = new ServedModel(Id(redact(Model ?? asked)), Fingerprint is null ? null : Id(redact(Fingerprint))),
    };

    private static string Id(string text) => Foundation.Printable.Line(text.Length <= LongestId ? text : text[..LongestId]);
}
