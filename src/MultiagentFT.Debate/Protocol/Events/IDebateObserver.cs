namespace MultiagentFT.Debate.Protocol.Events;

/// <summary>
/// Watches debates while they are held. Called from the caller's thread and from the engine's, one event at a time: be quick, and
/// do not throw.
/// </summary>
public interface IDebateObserver
{
    /// <summary>Whether <see cref="TextGenerated"/> is wanted; without it nobody decodes text before an answer has ended.</summary>
    bool WantsText { get; }

    void On(DebateEvent happened);
}
