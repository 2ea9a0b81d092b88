using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Objectives;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Objectives;

/// <summary>
/// A made-up objective with a dataset, an encoding and a loss of its own: every line of a text file is a pair of sequences, and the
/// squared distance of their last hidden states is to be 1.
/// </summary>
internal sealed class DistanceObjective(string dataset) : IObjective
{
    public static ObjectiveEntry Entry { get; } =
        new("distance", "distance", "pairs of lines at distance 1", job => new DistanceObjective(job.Dataset));

    public IEnumerable<EncodedExample> Encode(ConversationEncoder encoder)
    {
        foreach (var (line, number) in File.ReadLines(dataset).Select((line, i) => (line, i + 1)))
        {
            if (line.Split('|') is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw new InputException(dataset, $"line {number}", "left|right", line);
            yield return new Pair(left, right);
        }
    }

    public Tensor Loss(DecoderModel model, IReadOnlyList<EncodedExample> batch, Device device)
    {
        var losses = batch.Cast<Pair>().Select(pair => (Last(pair.Left) - Last(pair.Right)).square().sum().sub(1).square());
        return stack(losses).mean();

        Tensor Last(string text) => model.Hidden(tensor([.. text.Select(c => (long)c)], [1, text.Length], device: device))[0, -1];
    }

    private sealed record Pair(string Left, string Right) : EncodedExample
    {
        public override int Length => Math.Max(Left.Length, Right.Length);

        public override int TotalTokens => Left.Length + Right.Length;

        public override int TargetTokens => 1;
    }
}
