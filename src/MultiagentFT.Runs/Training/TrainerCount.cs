using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Runs.Training;

/// <summary>How many trainings run side by side, and with how many threads each.</summary>
/// <param name="Trainers">1 or more.</param>
/// <param name="Threads">CPU threads of each, 1 or more.</param>
internal readonly record struct TrainerCount(int Trainers, int Threads)
{
    /// <summary>Bytes of a training for each weight of the base model, which trainings share: gradients and activations.</summary>
    private const double BytesPerWeight = 8;

    /// <summary>
    /// Larger bases are trained over by one agent after the other, with all cores: their products have work for all, and their weights are not kept
    /// dequantized.
    /// </summary>
    private const long MostWeightsSideBySide = 128L << 20;

    /// <param name="asked">The configuration's number; 0 takes as many as cores, half of the memory and jobs allow.</param>
    /// <param name="jobs">Trainings to do.</param>
    /// <param name="options">A GPU is not shared, and a fixed number of threads is kept.</param>
    /// <param name="model">The base model.</param>
    /// <param name="cores">Logical cores.</param>
    /// <param name="memoryBytes">Memory of the machine.</param>
    public static TrainerCount Choose(int asked, int jobs, TrainingOptions options, ModelDescription model, int cores, long memoryBytes)
    {
        var fitting = (int)Math.Clamp(memoryBytes / 2 / (BytesPerWeight * Math.Max(1, model.Parameters)), 1, 256);
        var wished = asked > 0 ? asked : options.Device == "cpu" ? model.Parameters <= MostWeightsSideBySide ? Math.Min(cores, fitting) : 1 : 1;
        var trainers = Math.Clamp(wished, 1, Math.Max(1, jobs));
        return new TrainerCount(trainers, options.Threads > 0 ? options.Threads : Math.Max(1, cores / trainers));
    }
}
