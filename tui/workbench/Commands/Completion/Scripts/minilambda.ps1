# Completion of minilambda for PowerShell 7.3 and later. Try it:   minilambda completion pwsh | Out-String | Invoke-Expression
# Keep it:   minilambda completion pwsh >> $PROFILE

Register-ArgumentCompleter -Native -CommandName minilambda -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
            if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
        })
    $program, $words = $before
    & $program complete pwsh '--' @words "$wordToComplete" 2>$null | ForEach-Object {
        $line = $_
        if ($line -eq ':files' -or $line -eq ':folders') {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete) |
                Where-Object { $_ -and ($line -ne ':folders' -or $_.ResultType -eq 'ProviderContainer') }
            return
        }
        $value, $description = $line -split "`t", 2
        $text = if ($value -match '[^\w\-./:=,@%+^]') { "'" + $value.Replace("'", "''") + "'" } else { $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $(if ($description) { $description } else { $value }))
    }
}
