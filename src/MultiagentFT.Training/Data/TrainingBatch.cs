using static TorchSharp.torch;

namespace MultiagentFT.Training.Data;

/// <summary>Conversations of similar length, padded on the right to a rectangle.</summary>
public sealed class TrainingBatch
{
    private readonly long[] _tokens;
    private readonly long[] _positions;
    private readonly long[] _targets;

    public TrainingBatch(IReadOnlyList<TokenizedExample> examples)
    {
        Rows = examples.Count;
        // The last token of each conversation is only ever a target.
        Length = examples.Max(example => example.Tokens.Length) - 1;
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

    public int Rows { get; }

    /// <summary>Positions a row, padding included.</summary>
    public int Length { get; }

    public int TargetTokens => _targets.Length;

    /// <summary>Inputs [rows, length], flat positions [targets] and the tokens [targets] to predict there, all int64.</summary>
    public (Tensor Tokens, Tensor Positions, Tensor Targets) ToTensors(Device device) =>
        (tensor(_tokens, [Rows, Length], device: device), tensor(_positions, device: device), tensor(_targets, device: device));
}
