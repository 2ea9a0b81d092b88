using MultiagentFT.Contracts.Training;
using MultiagentFT.Gguf;

namespace MultiagentFT.Training.Measuring;

/// <summary>
/// Floating-point operations that a token of a training takes at least, forward and back, a multiplication and an addition as two: what is computed again to save memory
/// is not counted, nor are norms, exponents and updates.
/// </summary>
internal static class TrainingOperations
{
    /// <param name="shape">Of the base.</param>
    /// <param name="options">Rank, targets and objective.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="targetShare">Share of tokens that reach the output matrix.</param>
    public static double PerToken(ModelShape shape, TrainingOptions options, int length, double targetShare)
    {
        var matrices = shape.Blocks * shape.Matrices.Sum(layer => (double)layer.Inputs * layer.Outputs);
        var output = targetShare * shape.Vocabulary * shape.Embedding;
        // A token sees half of its sequence, through scores and through values.
        var attention = shape.Blocks * 2.0 * length / 2 * shape.Queries;
        var adapters = shape.Blocks * options.Rank * shape.Matrices.Where(layer => layer.Targets.Any(options.Targets.Contains)).Sum(layer => (double)layer.Inputs + layer.Outputs);
        // Forward, and back to the inputs; attention and adapters have gradients on both sides of their products.
        var trained = (4 * (matrices + output)) + (6 * (attention + adapters));
        // The reference policy is asked once, forward.
        return options.Objective == new TrainingOptions().Objective ? trained : trained + (2 * (matrices + output + attention));
    }
}
