using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Sharing;

/// <summary>Copies into a run's folder what another run has made that this one would make again.</summary>
/// <param name="folder">The run's.</param>
/// <param name="origin">What decides its stages.</param>
internal sealed class StageTransfer(RunLayout folder, RunOrigin origin)
{
    /// <summary>
    /// Takes every stage that comes to the same and that the folder has not begun, where all that it is made from lies in both folders with the same bytes: what the run has made
    /// of its own is kept and goes on from itself.
    /// </summary>
    public TakenStages From(FinishedRun donor)
    {
        var (count, refusal) = (0, (string?)null);
        foreach (var stage in origin.SharedWith(donor.Origin).Where(stage => !File.Exists(folder.Seal(stage.Id.Name))))
        {
            try
            {
                if (donor.Outputs(stage.Id) is not { } outputs || !stage.Needs.All(need => IsSame(donor, need))) continue;
                donor.CopyTo(folder, stage.Id, outputs);
                count++;
            }
            catch (InputException error)
            {
                refusal ??= error.Message;
            }
        }
        return new TakenStages(donor.Folder, count, donor.Commit, refusal);
    }

    private bool IsSame(FinishedRun donor, StageId stage) =>
        StageSeal.Outputs(folder, stage.Name) is { } own && donor.Outputs(stage) is { } theirs && Content(own).SequenceEqual(Content(theirs));

    /// <summary>Reports of trainings tell the seconds that they took.</summary>
    private static IEnumerable<(string Path, string Sha256)> Content(IReadOnlyList<InputFile> outputs) => outputs
        .Where(file => !(file.Path.StartsWith("adapters/", StringComparison.Ordinal) && file.Path.EndsWith(".json", StringComparison.Ordinal) && !file.Path.EndsWith(".weights.json", StringComparison.Ordinal)))
        .Select(file => (file.Path, file.Sha256));
}
