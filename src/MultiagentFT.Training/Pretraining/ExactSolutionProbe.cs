using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Pretraining;

/// <summary>
/// Measures a model on held-out conversations in one forward pass: an answer is greedy-correct when every target token
/// is the most likely one, and the product of their probabilities is the chance of sampling it at temperature 1.
/// </summary>
public sealed class ExactSolutionProbe(IReadOnlyList<TokenizedExample> examples)
{
    private readonly TrainingBatch[] _batches = [.. examples.Chunk(64).Select(chunk => new TrainingBatch(chunk))];

    /// <returns>Share solved greedily and mean probability of the exact answer, both 0 to 1.</returns>
    public (double Greedy, double Sampled) Measure(DecoderModel model, Device device)
    {
        using var gradients = no_grad();
        var (greedy, sampled, count) = (0.0, 0.0, 0);
        foreach (var batch in _batches)
        {
            using var pause = CollectionPause.Start();
            using var scope = NewDisposeScope();
            var (tokens, positions, targets) = batch.ToTensors(device);
            var logits = model.Logits(model.Hidden(tokens).flatten(0, 1).index_select(0, positions));
            var rows = positions.div(batch.Length, RoundingMode.floor);
            var right = logits.argmax(-1).eq(targets).to(ScalarType.Float32);
            var log = nn.functional.log_softmax(logits, -1).gather(-1, targets.unsqueeze(-1)).squeeze(-1);
            var wrongPerRow = zeros(batch.Rows, device: device).index_add(0, rows, 1 - right, 1);
            var logPerRow = zeros(batch.Rows, device: device).index_add(0, rows, log, 1);
            greedy += wrongPerRow.eq(0).sum().ToSingle();
            sampled += logPerRow.exp().sum().ToSingle();
            count += batch.Rows;
        }
        return (greedy / count, sampled / count);
    }
}
