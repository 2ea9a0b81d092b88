using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace MultiagentFT.Chat;

/// <summary>
/// A whole society as <see cref="IChatClient"/>: it debates one user message and answers with an answer that stands behind its vote. The
/// debate is the response's raw representation (<see cref="DebateOutcome"/>). Options are honoured or refused, as by
/// <see cref="AgentChatClient"/>; stop sequences are refused too. Thread-safe; the society stays its owner's.
/// </summary>
public sealed class SocietyChatClient(ServedSociety society) : IChatClient
{
    /// <summary>What the client calls its model.</summary>
    public const string ModelId = "society";

    private readonly ChatClientMetadata _metadata = new(ChatRequestOptions.Provider, defaultModelId: ModelId);

    /// <exception cref="InputException">There is not one user message, or an option asks for what cannot be done.</exception>
    /// <exception cref="GenerationException">No agent could answer.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (question, debate) = (ChatRequestMessages.QuestionOf(messages, options), ChatRequestOptions.Of(options, ModelId, society));
        var usage = new UsageDetails();
        DebateOutcome? outcome = null;
        await foreach (var happened in society.StreamDebateAsync(question, debate, cancellationToken).ConfigureAwait(false))
        {
            if (happened is TurnEnded turn) usage.Add(ChatAnswer.UsageOf(turn.Result));
            if (happened is DebateEnded ended) outcome = ended.Outcome;
        }
        var answer = ChatAnswer.TurnOf(outcome!);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, answer.Text))
        {
            ModelId = ModelId,
            FinishReason = ChatAnswer.ReasonOf(answer.Finish),
            Usage = usage,
            RawRepresentation = outcome,
        };
    }

    /// <summary>
    /// Updates without content tell of the debate while it is held (<see cref="DebateEvent"/> as raw representation); the answer comes in
    /// one piece at the end. Leaving the loop early cancels it.
    /// </summary>
    /// <inheritdoc cref="GetResponseAsync"/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (question, debate) = (ChatRequestMessages.QuestionOf(messages, options), ChatRequestOptions.Of(options, ModelId, society));
        var id = ChatAnswer.NextId();
        var usage = new UsageDetails();
        await foreach (var happened in society.StreamDebateAsync(question, debate, cancellationToken).ConfigureAwait(false))
        {
            if (happened is TurnEnded turn) usage.Add(ChatAnswer.UsageOf(turn.Result));
            var update = new ChatResponseUpdate { Role = ChatRole.Assistant, ModelId = ModelId, ResponseId = id, MessageId = id, RawRepresentation = happened };
            if (happened is not DebateEnded { Outcome: var outcome })
            {
                yield return update;
                continue;
            }
            var answer = ChatAnswer.TurnOf(outcome);
            update.Contents.Add(new TextContent(answer.Text));
            yield return update;
            yield return ChatAnswer.LastUpdate(answer.Finish, usage, ModelId, id);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => ChatAnswer.ServiceOf(this, society, _metadata, serviceType, serviceKey);

    /// <summary>Does nothing: the society is its owner's.</summary>
    public void Dispose()
    {
    }
}
