using Microsoft.Extensions.AI;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;

namespace MultiagentFT.Chat;

/// <summary>Options of Microsoft.Extensions.AI as this project's. What cannot be honoured is refused.</summary>
internal static class ChatRequestOptions
{
    public const string Provider = "multiagentft";

    /// <param name="model">The only one that the client has.</param>
    /// <exception cref="InputException">An option asks for what cannot be done.</exception>
    public static AnswerOptions Of(ChatOptions? options, string model, ServedSociety society)
    {
        if (options is null) return new AnswerOptions();
        Refuse("modelId", options.ModelId is { } asked && asked != model, model, options.ModelId);
        Refuse("tools", options.Tools is { Count: > 0 }, "none", options.Tools?.Count);
        Refuse("responseFormat", options.ResponseFormat is not (null or ChatResponseFormatText or ChatResponseFormatJson { Schema: null }), "text, or JSON without a schema", options.ResponseFormat?.GetType().Name);
        Refuse("frequencyPenalty", options.FrequencyPenalty is not (null or 0), "none", options.FrequencyPenalty);
        Refuse("presencePenalty", options.PresencePenalty is not (null or 0), "none", options.PresencePenalty);
        Refuse("reasoning", options.Reasoning is not null, "none", options.Reasoning);
        Refuse("allowBackgroundResponses", options.AllowBackgroundResponses is true, "false", true);
        Refuse("continuationToken", options.ContinuationToken is not null, "none", "one");
        // The conversation is in the messages; nothing is kept under an id.
        Refuse("conversationId", options.ConversationId is not null, "none", options.ConversationId);
        Refuse("additionalProperties", options.AdditionalProperties is { Count: > 0 }, "none", options.AdditionalProperties?.Count);
        Refuse("rawRepresentationFactory", options.RawRepresentationFactory is not null, "none", "one");
        var usual = society.Options.Debate.Sampling;
        return new AnswerOptions
        {
            Sampling = usual with
            {
                Temperature = options.Temperature ?? usual.Temperature,
                TopP = options.TopP ?? usual.TopP,
                TopK = options.TopK ?? usual.TopK,
            },
            MaxNewTokens = options.MaxOutputTokens,
            Seed = unchecked((ulong?)options.Seed),
            Format = options.ResponseFormat is ChatResponseFormatJson ? AnswerFormat.JsonObject : AnswerFormat.Text,
            Stop = options.StopSequences is { } stop ? [.. stop] : [],
        };
    }

    private static void Refuse(string name, bool isRefused, string expected, object? found)
    {
        if (isRefused) throw new InputException("options", name, expected, $"{found}");
    }
}
