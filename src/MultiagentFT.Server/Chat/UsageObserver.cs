using MultiagentFT.Debate.Protocol.Events;

namespace MultiagentFT.Server.Chat;

/// <summary>Adds up what the turns of a debate take, summaries included.</summary>
internal sealed class UsageObserver : IDebateObserver
{
    private readonly Lock _lock = new();
    private TokenUsage _usage;

    public bool WantsText => false;

    public TokenUsage Usage
    {
        get
        {
            lock (_lock) return _usage;
        }
    }

    public void On(DebateEvent happened)
    {
        if (happened is not TurnEnded { Result: var result }) return;
        lock (_lock) _usage += new TokenUsage(result.PromptTokens, result.CachedTokens, result.GeneratedTokens);
    }
}
