namespace MultiagentFT.Server.Files;

/// <summary>An uploaded file, as <c>file.json</c> has it.</summary>
/// <param name="Id">Such as <c>file-1f0c...</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="CreatedAt">Unix time, seconds.</param>
/// <param name="Name">As the client named it.</param>
/// <param name="Purpose">Always <c>fine-tune</c>.</param>
/// <param name="Number">Greater than that of every file stored before.</param>
internal sealed record StoredFile(string Id, long Bytes, long CreatedAt, string Name, string Purpose, long Number = 0);
