namespace MultiagentFT.Bench.Decoding;

/// <summary>The median step of one arrangement.</summary>
/// <param name="Arrangement">How the rows were decoded.</param>
/// <param name="Adapters">Different adapters among the rows.</param>
/// <param name="Rows">Rows of the step.</param>
/// <param name="StepMilliseconds">Median time of a step.</param>
/// <param name="TokensPerSecond">Rows by that time.</param>
public sealed record DecodeResult(Arrangement Arrangement, int Adapters, int Rows, double StepMilliseconds, double TokensPerSecond);
