using static TorchSharp.torch;

namespace MultiagentFT.Training.Data;

/// <summary>Conversations of similar length, padded on the right to a rectangle.</summary>
public sealed class TrainingBatch
{
    /// <summary>
    /// Rectangles of few lengths are products of few shapes: libtorch compiles code for each, which cost a seventh of a training's time where every batch had
    /// a length of its own (<c>benchmarks/LOG.md</c>, 2026-11-27).
    /// </summary>
    private const int LengthStep = 8;

    private readonly long[] _tokens;
    private readonly long[] _positions;
    private readonly long[] _targets;

    public TrainingBatch(IReadOnlyList<TokenizedExample> examples)
    {
        Rows = examples.Count;
        Length = PaddedLength(examples.Max(example => example.Tokens.Length));
        _tokens = new long[Rows * Length];
        var positions = new List<long>();
        var targets = new List<long>();
        for (var row = 0; row < Rows; row++)
        {
            var (tokens, counts) = examples[row];
            for (var i = 0; i + 1 < tokens.Length; i++)
            {
                _tokens[(row * Length) + i] = tokens[i];
                if (!counts[i + 1]) continue;
                positions.Add((row * Length) + i);
                targets.Add(tokens[i + 1]);
            }
        }
        (_positions, _targets) = ([.. positions], [.. targets]);
    }

    /// <summary>Positions of a row that holds a conversation of so many tokens, whose last one is only ever a target.</summary>
    public static int PaddedLength(int tokens) => (tokens - 1 + LengthStep - 1) / LengthStep * LengthStep;

    public int Rows { get; }

    /// <summary>Positions a row, padding included.</summary>
    public int Length { get; }

    public int TargetTokens => _targets.Length;

    /// <summary>Inputs [rows, length], flat positions [targets] and the tokens [targets] to predict there, all int64.</summary>
    public (Tensor Tokens, Tensor Positions, Tensor Targets) ToTensors(Device device) =>
        (tensor(_tokens, [Rows, Length], device: device), tensor(_positions, device: device), tensor(_targets, device: device));
}
