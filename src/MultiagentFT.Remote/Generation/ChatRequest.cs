using System.Text;
using Microsoft.Extensions.AI;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Remote.Spending;
using OpenAI.Chat;
using ChatMessage = MultiagentFT.Contracts.Generation.ChatMessage;

namespace MultiagentFT.Remote.Generation;

/// <summary>A request as an endpoint takes it.</summary>
internal static class ChatRequest
{
    /// <summary>Tokens around a message, at most: its role and the template's markup.</summary>
    private const int AroundMessage = 16;

    /// <summary>Tokens around a conversation, at most: a system turn of the endpoint's own included.</summary>
    private const int AroundConversation = 256;

    private const float HottestTemperature = 2;

    private const int MostStops = 4;

    /// <summary>Why a request is not sent; null sends it.</summary>
    public static GenerationFailure? Refusal(GenerationRequest request)
    {
        if (request.Messages is not { Count: > 0 }) return Invalid("messages: expected at least one, found none");
        if (request.MaxNewTokens < 1) return Invalid($"maxNewTokens: expected 1 or more, found {request.MaxNewTokens}");
        if (request.LogProbabilities is not null) return Invalid("logProbabilities: expected none, as answers of a remote endpoint come as text, found some asked for");
        if (request.Stop.Count > MostStops || request.Stop.Any(stop => stop.Length is 0 or > GenerationRequest.LongestStop))
            return Invalid($"stop: expected at most {MostStops} texts of 1 to {GenerationRequest.LongestStop} characters with a remote endpoint, found {request.Stop.Count}");
        var problems = request.Sampling.Validate().Concat(Unsupported(request.Sampling)).ToList();
        if (problems.Count > 0) return Invalid(string.Join("; ", problems));
        foreach (var (index, message) in request.Messages.Index())
        {
            if (Role(message) is null) return Invalid($"messages[{index}].role: expected system, user or assistant, found {message.Role}");
            if (ControlTokens.Find(message.Content) is { } found) return Invalid($"messages[{index}]: expected text without control tokens, found {found}");
        }
        return null;
    }

    /// <summary>What of a sampling OpenAI's API has no field for, one sentence each.</summary>
    public static IEnumerable<string> Unsupported(SamplingOptions sampling)
    {
        if (sampling.TopK != 0) yield return $"topK: expected 0, as a remote endpoint takes no top-k, found {sampling.TopK}";
        if (sampling.MinP != 0) yield return $"minP: expected 0, as a remote endpoint takes no min-p, found {sampling.MinP}";
        if (sampling.Temperature > HottestTemperature) yield return $"temperature: expected 0 to {HottestTemperature} with a remote endpoint, found {sampling.Temperature}";
    }

    /// <summary>Tokens that a request costs, at most: a token is at least one byte of text.</summary>
    public static Tokens Most(GenerationRequest request) => new(
        AroundConversation + request.Messages.Sum(message => (long)Encoding.UTF8.GetByteCount(message.Content) + AroundMessage), request.MaxNewTokens);

    public static List<Microsoft.Extensions.AI.ChatMessage> Messages(GenerationRequest request) =>
        [.. request.Messages.Select(message => new Microsoft.Extensions.AI.ChatMessage(Role(message)!.Value, message.Content))];

    /// <param name="request">What is asked.</param>
    /// <param name="isOpenAi">Whether the endpoint is OpenAI's own; others know the limit of an answer under its older name alone.</param>
    public static ChatOptions Options(GenerationRequest request, bool isOpenAi) => new()
    {
        Temperature = request.Sampling.Temperature,
        TopP = request.Sampling.TopP,
        Seed = Seed(request.Seed),
        ResponseFormat = request.Format == AnswerFormat.JsonObject ? Microsoft.Extensions.AI.ChatResponseFormat.Json : null,
        StopSequences = request.Stop.Count == 0 ? null : [.. request.Stop],
        MaxOutputTokens = isOpenAi ? request.MaxNewTokens : null,
        RawRepresentationFactory = isOpenAi ? null : _ => WithMaxTokens(request.MaxNewTokens),
    };

    /// <summary>31 bits of a seed, which every endpoint can hold.</summary>
    public static int Seed(ulong seed) => (int)(seed >> 33);

    private static ChatCompletionOptions WithMaxTokens(int most)
    {
        var options = new ChatCompletionOptions();
        options.Patch.Set("$.max_tokens"u8, most);
        return options;
    }

    private static ChatRole? Role(ChatMessage message) => message.Role switch
    {
        ChatMessage.SystemRole => ChatRole.System,
        ChatMessage.UserRole => ChatRole.User,
        ChatMessage.AssistantRole => ChatRole.Assistant,
        _ => null,
    };

    private static GenerationFailure Invalid(string message) => new(FailureKind.Invalid, message);
}
