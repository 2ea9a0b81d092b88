using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace MultiagentFT.Chat;

/// <summary>
/// One agent of a society as <see cref="IChatClient"/>. Options are honoured or refused: temperature, top-p, top-k, seed, most tokens and
/// stop sequences are; tools, other response formats than text and penalties are not. Thread-safe; the society stays its owner's.
/// </summary>
public sealed class AgentChatClient : IChatClient
{
    private readonly ServedSociety _society;
    private readonly string _agent;
    private readonly ChatClientMetadata _metadata;

    /// <param name="agent">One of <see cref="ServedSociety.Agents"/>, such as <c>generator-1</c> or <c>base</c>.</param>
    /// <exception cref="InputException">There is no such agent.</exception>
    public AgentChatClient(ServedSociety society, string agent)
    {
        if (society.Agents.All(known => known.Name != agent))
            throw new InputException("agent", null, $"one of {string.Join(", ", society.Agents.Select(known => known.Name))}", agent);
        (_society, _agent) = (society, agent);
        _metadata = new ChatClientMetadata(ChatRequestOptions.Provider, defaultModelId: agent);
    }

    /// <exception cref="InputException">A message or an option asks for what cannot be done.</exception>
    /// <exception cref="GenerationException">The request could not be served.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (asked, answerOptions) = (ChatRequestMessages.Of(messages, options), ChatRequestOptions.Of(options, _agent, _society));
        var result = await _society.AskAsync(_agent, asked, answerOptions, cancellationToken).ConfigureAwait(false);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, result.Text))
        {
            ModelId = _agent,
            FinishReason = ChatAnswer.ReasonOf(result.Finish),
            Usage = ChatAnswer.UsageOf(result),
            RawRepresentation = result,
        };
    }

    /// <summary>The answer in pieces; the last update has the usage and says why it ended. Leaving the loop early cancels it.</summary>
    /// <inheritdoc cref="GetResponseAsync"/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (asked, answerOptions) = (ChatRequestMessages.Of(messages, options), ChatRequestOptions.Of(options, _agent, _society));
        var id = ChatAnswer.NextId();
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pieces = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var answer = GenerateAsync(asked, answerOptions, pieces.Writer, abandoned.Token);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                yield return new ChatResponseUpdate(ChatRole.Assistant, piece) { ModelId = _agent, ResponseId = id, MessageId = id };
            var result = await answer.ConfigureAwait(false);
            yield return ChatAnswer.LastUpdate(result.Finish, ChatAnswer.UsageOf(result), _agent, id);
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => ChatAnswer.ServiceOf(this, _society, _metadata, serviceType, serviceKey);

    /// <summary>Does nothing: the society is its owner's.</summary>
    public void Dispose()
    {
    }

    private async Task<GenerationResult> GenerateAsync(
        IReadOnlyList<Contracts.Generation.ChatMessage> messages, AnswerOptions options, ChannelWriter<string> pieces, CancellationToken cancellation)
    {
        try
        {
            var result = await _society.AskAsync(_agent, messages, options, piece => pieces.TryWrite(piece), cancellation).ConfigureAwait(false);
            pieces.Complete();
            return result;
        }
        catch (Exception error)
        {
            pieces.Complete(error);
            throw;
        }
    }
}
