namespace MultiagentFT.Bench.Loading;

/// <summary>How a request was answered.</summary>
/// <param name="Text">All of it.</param>
/// <param name="Tokens">Generated, as whoever answered counts them.</param>
/// <param name="FirstToken">From the request to the first text of its answer; null where it has none.</param>
internal sealed record LoadAnswer(string Text, int Tokens, TimeSpan? FirstToken);
