using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Training.Objectives;

/// <summary>An objective that adapters can be trained with.</summary>
/// <param name="Key">As <see cref="TrainingOptions.Objective"/> spells it.</param>
/// <param name="Title">For people.</param>
/// <param name="Description">What it minimizes, and the dataset it reads.</param>
/// <param name="Create">Makes it for a job whose options are in range.</param>
public sealed record ObjectiveEntry(string Key, string Title, string Description, Func<TrainingJob, IObjective> Create);
