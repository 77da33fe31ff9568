%
(sheet-1 for generic-linuxcnc-laser)
G21 G17 G90 G94 G54 G40 G49 G80 G91.1
G64 P0.005
M68 E0 Q0
M65 P0
M3 S1
(stock 250 x 170 x 1 mm)
(work zero: lower left corner of the sheet)
(control setting spindle.0.on = arms the laser)
(control setting motion.analog-out-00 = power 0 to 1)
(control setting motion.digital-out-00 = beam gate)
M8
(piece 0: plate)
G0 X50 Y50
M67 E0 Q0.15
M62 P0
G1 X70 F3000
M63 P0
G0 X60 Y45
M62 P0
G1 Y55
M63 P0
G0 X40 Y40
M68 E0 Q0.8
M64 P0
G4 P0.3
G1 X45 F900
G2 X35 Y40 I-5 J0
X45 Y40 I5 J0
M63 P0
G0 X18 Y20
M64 P0
G4 P0.3
G1 X90 F1200
G3 X100 Y30 I0 J10
G1 Y70
G3 X20 Y70 I-40 J-96
G1 Y20
M68 E0 Q0
M65 P0
M9
M5
M2
%
