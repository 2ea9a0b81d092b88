namespace MultiagentFT.Bench.Decoding;

/// <summary>The median step of one arrangement.</summary>
/// <param name="Arrangement">How the rows were decoded.</param>
/// <param name="Adapters">Different adapters among the rows.</param>
/// <param name="Rows">Sequences of the step.</param>
/// <param name="PromptTokens">Tokens of a prompt computed for each sequence; 0 where the step decodes one token of each.</param>
/// <param name="Repeats">Steps that were measured.</param>
/// <param name="StepMilliseconds">Median time of a step.</param>
/// <param name="MinMilliseconds">Time of the fastest one.</param>
/// <param name="TokensPerSecond">Tokens that a step computes by its median time.</param>
public sealed record DecodeResult(
    Arrangement Arrangement,
    int Adapters,
    int Rows,
    int PromptTokens,
    int Repeats,
    double StepMilliseconds,
    double MinMilliseconds,
    double TokensPerSecond);
