namespace MultiagentFT.Cli.Rendering;

/// <summary>Shows activities that take a while. Members may be called from any thread; they are quick and do not throw.</summary>
internal interface IProgressView
{
    /// <param name="id">Names the activity in later calls.</param>
    /// <param name="title">For readers.</param>
    /// <param name="unit">What is counted, such as <c>answers</c>.</param>
    /// <param name="done">Units that an earlier process finished.</param>
    /// <param name="total">Units in all.</param>
    /// <param name="tokens">Tokens before now, which no rate counts.</param>
    void Begin(string id, string title, string unit, long done, long total, long tokens = 0);

    /// <param name="id">As in <see cref="Begin"/>.</param>
    /// <param name="done">Units done.</param>
    /// <param name="tokens">Tokens of this process in this activity.</param>
    /// <param name="detail">What else there is to say, or null.</param>
    void Advance(string id, long done, long tokens, string? detail);

    /// <param name="id">As in <see cref="Begin"/>.</param>
    /// <param name="outcome">How it ended; null says how fast it was.</param>
    void End(string id, string? outcome);

    /// <summary>A line that stays.</summary>
    void Note(string line);
}
